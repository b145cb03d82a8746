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
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
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
func options(dir string) aicr.BundleOptions {
	return aicr.BundleOptions{Recipe: filepath.Join(dir, "recipe.yaml"), Output: filepath.Join(dir, "out")}
}

// resolve returns what the deployer is handed.
func resolve(t *testing.T, o aicr.BundleOptions) (deployer.Input, []string) {
	t.Helper()
	in, warnings, err := aicr.Resolve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return in, warnings
}

// setText returns assignments of the form component:path=text.
func setText(texts ...string) []aicr.Assignment {
	list := make([]aicr.Assignment, len(texts))
	for i, text := range texts {
		where, value, _ := strings.Cut(text, "=")
		name, path, _ := strings.Cut(where, ":")
		list[i] = aicr.Assignment{Component: name, Path: path, Value: value}
	}
	return list
}

// set is setText with typed values, and setJSON with values in JSON.
func set(texts ...string) []aicr.Assignment {
	list := setText(texts...)
	for i := range list {
		list[i].Value = values.Typed(list[i].Value.(string))
	}
	return list
}

func setJSON(texts ...string) []aicr.Assignment {
	list := setText(texts...)
	for i := range list {
		v, err := values.DecodeJSON([]byte(list[i].Value.(string)))
		if err != nil {
			panic(err)
		}
		list[i].Value = v
	}
	return list
}

// dynamic returns dynamic values of the form component:path.
func dynamic(texts ...string) map[string][]string {
	paths := map[string][]string{}
	for _, text := range texts {
		name, path, _ := strings.Cut(text, ":")
		paths[name] = append(paths[name], path)
	}
	return paths
}

// refused asserts that the run fails with the code and a message that holds
// every one of the texts, and that it writes nothing.
func refused(t *testing.T, o aicr.BundleOptions, code errors.ErrorCode, texts ...string) {
	t.Helper()
	_, err := aicr.Bundle(t.Context(), o)
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

func bundle(t *testing.T, o aicr.BundleOptions) *deployer.Output {
	t.Helper()
	out, err := aicr.Bundle(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

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
