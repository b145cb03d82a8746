package examples

import (
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template/parse"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/pkg/errors"
)

var dns1123 = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)

func TestNamesAndDescriptions(t *testing.T) {
	if got, want := Names(), []string{"eks-h100-training", "gke-h100-training"}; !slices.Equal(got, want) {
		t.Fatalf("Names() = %q, want %q", got, want)
	}
	for _, name := range Names() {
		if line := Describe(name); line == "" || strings.ContainsAny(line, "#\n") {
			t.Errorf("Describe(%q) = %q", name, line)
		}
	}
	if got := Describe("no-such"); got != "" {
		t.Errorf(`Describe("no-such") = %q`, got)
	}
}

func TestFiles_UnknownNameListsWhatThereIs(t *testing.T) {
	for _, name := range []string{"", "data", "../examples", "no-such"} {
		_, err := Files(name)
		if errors.CodeOf(err) != errors.ErrCodeNotFound || !strings.Contains(err.Error(), "eks-h100-training") {
			t.Errorf("Files(%q): %v", name, err)
		}
	}
}

func TestFiles_AreADataRootOfTheirOwn(t *testing.T) {
	for _, name := range Names() {
		written := mustFiles(t, name)
		for _, want := range []string{"recipe.yaml", "registry.yaml", "README.md"} {
			if len(written[want]) == 0 {
				t.Errorf("%s: no %s", name, want)
			}
		}
		for file := range written {
			if !fs.ValidPath(file) {
				t.Errorf("%s: path %q", name, file)
			}
		}
		components := registryNames(t, written["registry.yaml"])
		recipe := mustRecipe(t, name)
		if len(components) != len(recipe.ComponentRefs) {
			t.Errorf("%s: %d registry entries for %d components", name, len(components), len(recipe.ComponentRefs))
		}
		for _, ref := range recipe.ComponentRefs {
			if !slices.Contains(components, ref.Name) {
				t.Errorf("%s: component %q is not in the registry", name, ref.Name)
			}
		}
	}
}

func TestData_HoldsNothingThatNoExampleUses(t *testing.T) {
	used := map[string]bool{"registry.yaml": true}
	for _, name := range Names() {
		for file := range mustFiles(t, name) {
			used[file] = true
		}
	}
	for _, file := range dataPaths(t) {
		if !used[file] {
			t.Errorf("data/%s: no example refers to it", file)
		}
	}
}

func TestData_ManifestsParseAndValuesDecode(t *testing.T) {
	for _, file := range dataPaths(t) {
		content, err := fs.ReadFile(data(), file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(file, "/manifests/") {
			tree := parse.New(file)
			tree.Mode = parse.SkipFuncCheck
			if _, err := tree.Parse(string(content), "", "", map[string]*parse.Tree{}); err != nil {
				t.Errorf("%s: %v", file, err)
			}
			continue
		}
		var values map[string]any
		if err := yaml.Unmarshal(content, &values); err != nil || len(values) == 0 {
			t.Errorf("%s: %v (%d keys)", file, err, len(values))
		}
	}
}

func TestRegistry_NamesAreUnique(t *testing.T) {
	content, err := fs.ReadFile(data(), "registry.yaml")
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for _, name := range registryNames(t, content) {
		if !dns1123.MatchString(name) || seen[name] {
			t.Errorf("component %q: not DNS-1123, or there twice", name)
		}
		seen[name] = true
	}
}

func mustFiles(t *testing.T, name string) map[string][]byte {
	t.Helper()
	written, err := Files(name)
	if err != nil {
		t.Fatal(err)
	}
	return written
}

// dataPaths lists the files in data, sorted.
func dataPaths(t *testing.T) []string {
	t.Helper()
	found := make(map[string]bool)
	err := fs.WalkDir(data(), ".", func(file string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found[path.Clean(file)] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(found))
}
