package startup

import (
	"path/filepath"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/document"
	"github.com/aicr-flux/aicr/pkg/component"
)

func TestRegistryFile(t *testing.T) {
	if registryFile != component.RegistryFile {
		t.Errorf("the registry is %s, not %s", component.RegistryFile, registryFile)
	}
}

func TestGuess(t *testing.T) {
	for _, test := range []struct{ args, recipes, dirs []string }{
		{nil, nil, nil},
		{[]string{"-r", "a/recipe.yaml", "-o", "out"}, []string{"a/recipe.yaml"}, []string{"out"}},
		{[]string{"--recipe=recipe.yaml", "--data=d", "--force"}, []string{"recipe.yaml"}, []string{"d"}},
		{[]string{"-r", "-", "-o", "oci://host/a.yaml", "-r=https://host/recipe.yaml"}, nil, nil},
	} {
		if recipes, dirs := guess(test.args); !slices.Equal(recipes, test.recipes) || !slices.Equal(dirs, test.dirs) {
			t.Errorf("guess(%q) = %q, %q, want %q, %q", test.args, recipes, dirs, test.recipes, test.dirs)
		}
	}
}

// What a run is going to parse is parsed.
func TestAhead(t *testing.T) {
	const recipe = `
componentRefs:
- {name: a, valuesFile: components/a/values.yaml}
- {name: b, valuesFile: ../b.yaml}
- {name: c, manifestFiles: [components/c/large.yaml], overrides: {}}
`
	var parsed []string
	ahead([]string{"--recipe", "dir/recipe.yaml", "--data", "data"}, func(file string, look func(*yaml.Node)) {
		parsed = append(parsed, filepath.ToSlash(file))
		if look != nil {
			root, err := document.Parse([]byte(recipe))
			if err != nil {
				t.Fatal(err)
			}
			look(root)
		}
	})
	want := []string{"dir/recipe.yaml", "data/registry.yaml", "dir/registry.yaml", "data/components/a/values.yaml", "dir/components/a/values.yaml"}
	if !slices.Equal(parsed, want) {
		t.Errorf("parsed %q, want %q", parsed, want)
	}
}
