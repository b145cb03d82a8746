package docs

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/aicr-flux/aicr/internal/cli"
	"github.com/aicr-flux/aicr/pkg/aicr"
)

// TestMain lets pages run this test binary as aicr, and aicr run it to render charts.
func TestMain(m *testing.M) {
	aicr.ServeSandbox()
	testscript.Main(m, map[string]func(){"aicr": func() { os.Exit(cli.Main()) }})
}

// TestPages works through each page.
func TestPages(t *testing.T) {
	if testing.Short() {
		t.Skip("runs hundreds of commands")
	}
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux do programs take certificates from the environment")
	}
	for _, file := range pages(t) {
		name, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps, err := parsePage(readPage(t, file))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			// Readers get these by aicr init, so that no comment is in them.
			if example, ok := strings.CutPrefix(filepath.ToSlash(filepath.Dir(name)), "examples/"); ok {
				steps = slices.Insert(steps, 0, step{action: prepare, text: clone + "rm -r my-cluster\naicr init my-cluster --example " + example})
			}
			err = walk(t, steps)
			if absent, ok := errors.AsType[absentError](err); ok {
				t.Skip(absent)
			}
			if err != nil {
				t.Fatalf("%s:%v", name, err)
			}
		})
	}
}

// notRun has the reasons for which blocks of commands are not run, and how many there are.
var notRun = map[string]int{"needs an API server": 1}

// TestPages_SayWhatIsNotRun keeps the exceptions few, and known.
func TestPages_SayWhatIsNotRun(t *testing.T) {
	found := map[string]int{}
	for _, file := range pages(t) {
		steps, err := parsePage(readPage(t, file))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, s := range steps {
			if s.action == leave {
				found[s.word]++
			}
		}
	}
	for reason, n := range found {
		t.Logf("%d blocks of commands are not run: %s", n, reason)
	}
	if !maps.Equal(found, notRun) {
		t.Errorf("not run are %v, want %v", found, notRun)
	}
}

// TestWalk_FindsWhatIsWrong breaks pages in each way that a test must see.
func TestWalk_FindsWhatIsWrong(t *testing.T) {
	for name, tc := range map[string]struct{ page, want string }{
		"an unknown flag":     {"```sh\naicr init a\n\naicr bundle --recpie x\n```\n", "4: aicr bundle --recpie x: exit status 2"},
		"a missing file":      {"```sh\naicr bundle -r nothing.yaml\n```\n", "2: aicr bundle -r nothing.yaml: exit status"},
		"in the middle":       {"```sh\nfalse\ntrue\n```\n", "2: false: exit status 1"},
		"in a pipe":           {"```sh\naicr nothing | cat\n```\n", "2: aicr nothing | cat: exit status"},
		"no such program":     {"```sh\nhelmfile apply\n```\n", "2: helmfile apply: "},
		"another output":      {"```sh\necho a; echo b\n```\n\n```text\na\n...\nc\n```\n", "the page shows\na\n...\nc\nbut printed is\na\nb"},
		"output of nothing":   {"```text\na\n```\n", "text must be the output"},
		"no language":         {"```\na\n```\n", "the language of the block"},
		"indented":            {"a\n\n    aicr init a\n", "code is indented"},
		"a comment alone":     {"<!-- file: a.yaml -->\n\nText.\n", "no block is below"},
		"no YAML":             {"```yaml\na: [\n```\n", "1"},
		"a missing manifest":  {"```sh\nkubectl apply -f sync.yaml\n```\n", "sync.yaml"},
		"a manifest":          {"<!-- file: a.yaml -->\n```yaml\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: a}\nspec: {urll: b}\n```\n```sh\nkubectl apply -f a.yaml\n```\n", "urll"},
		"a flag of kubectl":   {"```sh\nkubectl create namespace a --labels b\n```\n", "unknown flag: --labels"},
		"a command of flux":   {"```sh\nflux get helmreleases --wacth\n```\n", "unknown flag: --wacth"},
		"a secret for nobody": {"```sh\nkubectl create secret generic nobody --from-literal=a=b\n```\n", "nothing in the page's directory names the Secret nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps, err := parsePage(tc.page)
			if err == nil {
				err = walk(t, steps)
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

// TestParsePage_ReadsComments has one of each kind.
func TestParsePage_ReadsComments(t *testing.T) {
	steps, err := parsePage("# A\n\n<!-- test: aicr init a -->\n\n<!-- for people -->\n- b\n\n  ```sh\n  aicr version\n  ```\n\n" +
		"<!-- file: a/b.yaml -->\n```yaml\na: 1\n```\n<!-- not run: needs a network -->\n```sh\nc\n```\n<!-- output: echo 1 -->\n```mermaid\n1\n```\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range steps {
		got = append(got, fmt.Sprint(s.action, s.line, s.word, "|", s.text))
	}
	want := []string{
		"1 3|aicr init a", "0 9|aicr version\n", "2 14a/b.yaml|a: 1\n", "4 18needs a network|c\n", "3 22echo 1|1\n",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
