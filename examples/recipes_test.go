package examples

import (
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// fullRecipe is what the tests below look at.
type fullRecipe struct {
	APIVersion    string `yaml:"apiVersion"`
	Kind          string
	ComponentRefs []struct {
		Name, Namespace, Source, Chart, Version string
		ManifestFiles                           []string `yaml:"manifestFiles"`
		DependencyRefs                          []string `yaml:"dependencyRefs"`
	} `yaml:"componentRefs"`
	DeploymentOrder []string `yaml:"deploymentOrder"`
}

func TestRecipe_ComponentsAreComplete(t *testing.T) {
	for _, name := range Names() {
		recipe := mustRecipe(t, name)
		if recipe.APIVersion != "aicr.run/v1" || recipe.Kind != "RecipeResult" {
			t.Errorf("%s: %s %s", name, recipe.APIVersion, recipe.Kind)
		}
		seen := make(map[string]bool)
		for _, ref := range recipe.ComponentRefs {
			if !dns1123.MatchString(ref.Name) || seen[ref.Name] || !dns1123.MatchString(ref.Namespace) {
				t.Errorf("%s: component %q in namespace %q", name, ref.Name, ref.Namespace)
			}
			seen[ref.Name] = true
			if ref.Source == "" {
				if len(ref.ManifestFiles) == 0 || ref.Chart != "" || ref.Version != "" {
					t.Errorf("%s: component %q is neither chart nor manifests alone", name, ref.Name)
				}
				continue
			}
			// Three numbers: anything shorter is a range to Flux, not a pin.
			if strings.Count(ref.Version, ".") < 2 || strings.ContainsAny(ref.Version, "<>=~^* x") {
				t.Errorf("%s: component %q: version %q is no pin", name, ref.Name, ref.Version)
			}
		}
	}
}

func TestRecipe_OrderListsEachComponentAfterItsDependencies(t *testing.T) {
	for _, name := range Names() {
		recipe := mustRecipe(t, name)
		if len(recipe.DeploymentOrder) != len(recipe.ComponentRefs) {
			t.Errorf("%s: %d in order, %d components", name, len(recipe.DeploymentOrder), len(recipe.ComponentRefs))
		}
		for _, ref := range recipe.ComponentRefs {
			own := slices.Index(recipe.DeploymentOrder, ref.Name)
			if own < 0 {
				t.Errorf("%s: deploymentOrder misses %q", name, ref.Name)
			}
			for _, needed := range ref.DependencyRefs {
				if at := slices.Index(recipe.DeploymentOrder, needed); at < 0 || at >= own {
					t.Errorf("%s: %q does not come after %q", name, ref.Name, needed)
				}
			}
		}
	}
}

func mustRecipe(t *testing.T, name string) fullRecipe {
	t.Helper()
	var recipe fullRecipe
	if err := yaml.Unmarshal(mustFiles(t, name)["recipe.yaml"], &recipe); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return recipe
}

// registryNames returns the names of a registry's entries, in its order.
func registryNames(t *testing.T, content []byte) []string {
	t.Helper()
	var registry struct {
		Kind       string
		Components []struct{ Name string }
	}
	if err := yaml.Unmarshal(content, &registry); err != nil || registry.Kind != "ComponentRegistry" {
		t.Fatalf("registry: kind %q: %v", registry.Kind, err)
	}
	var names []string
	for _, component := range registry.Components {
		names = append(names, component.Name)
	}
	return names
}
