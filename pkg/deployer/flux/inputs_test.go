package flux_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
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

// TestHazard27_ARepositoryPathThatFluxDropsIsRefused: with prune, a path where
// Flux finds nothing deletes everything.
func TestHazard27_ARepositoryPathThatFluxDropsIsRefused(t *testing.T) {
	for _, path := range []string{".github/flux", "clusters/x.zip", "codeship-a/b", ".git/x"} {
		g := newGenerator(chartRef("gpu"))
		g.RepoPath = path
		refuses(t, g, path, "Flux drops")
	}
}

// TestWithoutChecksumsEarlierFilesAreUnknown: nothing is removed, and a file
// that would change is a conflict.
func TestWithoutChecksumsEarlierFilesAreUnknown(t *testing.T) {
	dir := t.TempDir()
	g := newGenerator(chartRef("a"), chartRef("b"))
	g.IncludeChecksums = true
	if _, err := g.Generate(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	before := tree(t, dir)
	g = newGenerator(chartRef("a"))
	g.IncludeChecksums = false
	if _, err := g.Generate(t.Context(), dir); errors.CodeOf(err) != errors.ErrCodeConflict {
		t.Fatalf("no conflict, but %v", err)
	}
	if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
		t.Fatalf("the directory changed:\n%s", diff)
	}
}
