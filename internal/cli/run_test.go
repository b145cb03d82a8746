package cli

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/aicr-flux/aicr/internal/cli/output"
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

// TestHazard73_ASignalEndsWhatCannotBeCancelled has a run that never ends, and one that does.
func TestHazard73_ASignalEndsWhatCannotBeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stderr bytes.Buffer
	if status := outcome(ctx, make(chan int), nil, &stderr); status != 1 || !strings.HasPrefix(stderr.String(), "Error: interrupted in the middle of a step; ") {
		t.Errorf("status %d, %s", status, stderr.String())
	}
	ended := make(chan int, 1)
	ended <- 7
	if status := outcome(ctx, ended, nil, &stderr); status != 7 {
		t.Errorf("status %d", status)
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
	newBundleCmd(&output.Printer{}).Flags().VisitAll(func(f *pflag.Flag) {
		if !strings.Contains(all.String(), " --"+f.Name) {
			t.Errorf("no script has the flag --%s", f.Name)
		}
	})
}

// TestRun_AnInterruptedPullChangesNothing, and says so.
func TestRun_AnInterruptedPullChangesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	recipe, bundle := filepath.Join(dir, "recipe.yaml"), filepath.Join(dir, "b")
	if err := os.WriteFile(recipe, []byte("componentRefs:\n- {name: web, namespace: web, version: 1.2.3, source: '"+server.URL+"'}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := run(ctx, "bundle", "-r", recipe, "-o", bundle, "--vendor-charts")
	if status != 1 || stdout != "" || stderr != "pulling chart web 1.2.3\nError: interrupted; nothing was changed\n" {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if _, err := os.Stat(bundle); !os.IsNotExist(err) {
		t.Errorf("the output directory is there: %v", err)
	}
}

// TestRun_AnInterruptedPushSaysHowToGoOn, with status 1.
func TestRun_AnInterruptedPushSaysHowToGoOn(t *testing.T) {
	dir := t.TempDir()
	bundle := filepath.Join(dir, "b")
	if status, _, stderr := run(t.Context(), "init", filepath.Join(dir, "a")); status != 0 {
		t.Fatal(stderr)
	}
	if status, _, stderr := run(t.Context(), "bundle", "-r", filepath.Join(dir, "a", "recipe.yaml"), "-o", bundle, "--flux-oci-source-name", "x"); status != 0 {
		t.Fatal(stderr)
	}
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	status, stdout, stderr := run(ctx, "push", bundle, "oci://"+strings.TrimPrefix(server.URL, "http://")+"/x:v1", "--plain-http")
	if status != 1 || stdout != "" || stderr != "checking tags\nError: interrupted; run again to go on: what the registry has is not sent again\n" {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
}

func BenchmarkHelp(b *testing.B) {
	for b.Loop() {
		if status, _, _ := run(b.Context(), "--help"); status != 0 {
			b.Fatal(status)
		}
	}
}
