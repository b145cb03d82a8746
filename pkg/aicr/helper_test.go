package aicr_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// tree writes files, by slash-separated path, into a new directory.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// chartOf writes the recipe of one component with a chart; extra are fields,
// indented by two spaces.
func chartOf(name, extra string) string {
	return "- name: " + name + "\n  namespace: " + name + "\n  source: https://charts.example.com\n  version: 1.0.0\n" + extra
}

// options returns the options for a directory with a recipe.yaml.
func options(dir string) config.Options {
	return config.Options{Recipe: filepath.Join(dir, "recipe.yaml"), Output: filepath.Join(dir, "out")}
}

// resolve returns what the deployer is handed.
func resolve(t *testing.T, o config.Options) (*flux.Generator, []string) {
	t.Helper()
	g, warnings, err := (&aicr.Bundler{}).Generator(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return g, warnings
}

// refused asserts that the run fails with the code and a message that holds
// every one of the texts, and that it writes nothing.
func refused(t *testing.T, o config.Options, code errors.ErrorCode, texts ...string) {
	t.Helper()
	_, err := (&aicr.Bundler{}).Bundle(t.Context(), o)
	if err == nil {
		t.Error("the run is accepted")
		return
	}
	if got := errors.CodeOf(err); got != code {
		t.Errorf("code %s, want %s: %v", got, code, err)
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("got:  %s\nwant: %s", err, text)
		}
	}
	if _, err := os.Stat(o.Output); o.Output != "" && err == nil {
		t.Error("something is written")
	}
}

func bundle(t *testing.T, o config.Options) *deployer.Output {
	t.Helper()
	out, err := (&aicr.Bundler{}).Bundle(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func newBundler() *aicr.Bundler { return &aicr.Bundler{} }

// contents returns every file below dir.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// same compares values with those that the YAML text says.
func same(t *testing.T, want string, got map[string]any) {
	t.Helper()
	var w, g map[string]any
	if err := yaml.Unmarshal([]byte(want), &w); err != nil {
		t.Fatal(err)
	}
	data, err := yaml.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	if w == nil {
		w = map[string]any{}
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func with(files map[string]string, more map[string]string) map[string]string {
	out := maps.Clone(files)
	maps.Copy(out, more)
	return out
}
