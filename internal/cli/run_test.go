package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/pkg/config"
)

// run runs the program in this process.
func run(ctx context.Context, args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = Run(ctx, args, strings.NewReader(""), &out, &err)
	return status, out.String(), err.String()
}

func TestRun_InterruptedIsStatus1AndChangesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if status, _, stderr := run(t.Context(), "init", filepath.Join(dir, "a")); status != 0 {
		t.Fatal(stderr)
	}
	status, stdout, stderr := run(ctx, "bundle", "-r", filepath.Join(dir, "a", "recipe.yaml"), "-o", filepath.Join(dir, "b"))
	if status != 1 || stdout != "" || stderr != "Error: interrupted; nothing was changed\n" {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if _, err := os.Stat(filepath.Join(dir, "b")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the output directory is there: %v", err)
	}
}

// TestRun_ABrokenStdoutIsAnError has a result that cannot be written,
// which must not go unnoticed.
func TestRun_ABrokenStdoutIsAnError(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"version", "--format", "json"}, {"init", t.TempDir()}, {"completion", "bash"}} {
		var stderr bytes.Buffer
		status := Run(t.Context(), args, strings.NewReader(""), broken{}, &stderr)
		if status != 8 || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("%q: status %d, stderr %q", args, status, stderr.String())
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("no space left") }

// TestEachOptionIsAFlagAndAField keeps the two spellings of the options, the
// flags and the --config file, from growing apart.
func TestEachOptionIsAFlagAndAField(t *testing.T) {
	bundle := newBundleCmd(streams{})
	fields := map[string]bool{"config": true}
	for _, field := range config.Fields() {
		if name := config.FlagName(field); name != "" {
			fields[name] = true
			if bundle.Flags().Lookup(name) == nil {
				t.Errorf("the option %s has no flag --%s", field.Name, name)
			}
		}
	}
	bundle.Flags().VisitAll(func(f *pflag.Flag) {
		if !fields[f.Name] {
			t.Errorf("the flag --%s is no option", f.Name)
		}
		if len(f.Annotations[groupKey]) == 0 {
			t.Errorf("the flag --%s is in no group", f.Name)
		}
	})
}

// TestEachFlagIsInAScript makes sure that a new flag gets a script that shows
// what it does.
func TestEachFlagIsInAScript(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range scripts {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		commands, _, _ := bytes.Cut(data, []byte("\n-- "))
		all.Write(commands)
	}
	newBundleCmd(streams{}).Flags().VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(all.String(), " --"+f.Name) {
			t.Errorf("no script has the flag --%s", f.Name)
		}
	})
}

func BenchmarkHelp(b *testing.B) {
	for b.Loop() {
		if status, _, _ := run(b.Context(), "--help"); status != 0 {
			b.Fatal(status)
		}
	}
}
