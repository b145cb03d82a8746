package aicr_test

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
)

// TestVocabulary_OfAnExample: names, other names and paths, of which none is a value.
func TestVocabulary_OfAnExample(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	dir := t.TempDir()
	if _, err := aicr.Init(t.Context(), aicr.InitOptions{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	o := aicr.BundleOptions{Recipe: filepath.Join(dir, "recipe.yaml")}
	components, err := aicr.Components(t.Context(), o)
	at := slices.IndexFunc(components, func(c aicr.Component) bool { return c.Name == "gpu-operator" })
	if err != nil || at < 0 || !slices.Equal(components[at].Aliases, []string{"gpuoperator"}) || components[at].Chart != "gpu-operator" || components[at].Version == "" {
		t.Fatalf("%v: %+v", err, components)
	}
	paths, err := aicr.ValuePaths(t.Context(), o, "gpuoperator")
	if err != nil || !slices.Contains(paths, "driver.version") || !slices.Contains(paths, "driver") || !slices.IsSorted(paths) {
		t.Errorf("%v: %q", err, paths)
	}
	if _, err := aicr.ValuePaths(t.Context(), o, "absent"); err == nil {
		t.Error("a component that is not there has paths")
	}
	for _, recipe := range []string{"", "-", "https://127.0.0.1:1/recipe.yaml", filepath.Join(dir, "absent.yaml")} {
		if found, err := aicr.Components(t.Context(), aicr.BundleOptions{Recipe: recipe}); err == nil || found != nil {
			t.Errorf("%q: %v", recipe, found)
		}
	}
}
