package flux_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/flux"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// TestASwitchedOffComponentNeedsNoManifests: nobody reads the files of a
// component that is off, so nothing may be asked of them.
func TestASwitchedOffComponentNeedsNoManifests(t *testing.T) {
	g := &flux.Generator{RecipeResult: &recipe.RecipeResult{ComponentRefs: []recipe.ComponentRef{
		{Name: "app", Namespace: "app", Source: "https://charts.example.com", Version: "1.0.0", DependencyRefs: []string{"off"}},
		{Name: "off", Namespace: "off", ManifestFiles: []string{"x.yaml"}, Overrides: map[string]any{"enabled": false}},
	}}}
	plan, err := g.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Releases) != 1 || plan.Releases[0].Name != "app" || len(plan.Releases[0].DependsOn) != 0 {
		t.Fatalf("planned %+v", plan.Releases)
	}
}

func TestNothingEnabledIsRefused(t *testing.T) {
	g := &flux.Generator{RecipeResult: &recipe.RecipeResult{ComponentRefs: []recipe.ComponentRef{
		{Name: "off", Namespace: "off", ManifestFiles: []string{"x.yaml"}, Overrides: map[string]any{"enabled": false}},
	}}}
	if _, err := g.Plan(t.Context()); err == nil {
		t.Fatal("a bundle without releases makes Flux delete everything")
	}
}
