package aicr_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/test/corpus"
)

// A new version of one component changes the files of that component and what tells of the bundle as
// a whole, so that a person can review it, and upgrades that release alone.
func TestHazard55_ANewVersionChangesOneComponent(t *testing.T) {
	recipes := corpus.Recipes(t)
	if testing.Short() {
		recipes = recipes[:2]
	}
	for _, rec := range recipes {
		t.Run(rec.Name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			o := aicr.BundleOptions{Recipe: rec.File, Output: filepath.Join(dir, "out"), Data: []string{rec.Data}}
			out, err := aicr.Bundle(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			o.Recipe, o.DryRun = filepath.Join(dir, "recipe.yaml"), true
			for _, release := range out.Releases {
				if release.Source != "local" {
					bump(t, rec.File, o.Recipe, release.Name)
					checkBump(t, o, release.Name)
				}
			}
		})
	}
}

func checkBump(t *testing.T, o aicr.BundleOptions, name string) {
	t.Helper()
	out, err := aicr.Bundle(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Added)+len(out.Removed)+len(out.Kept) > 0 {
		t.Errorf("added %q, removed %q, kept %q", out.Added, out.Removed, out.Kept)
	}
	if diff := cmp.Diff(wantChanged(o.Output, name), out.Changed); diff != "" {
		t.Errorf("a new version of %s changes (-want +got)\n%s", name, diff)
	}
	for _, c := range out.ReleaseChanges {
		if c.Action != rollout.Upgrade || c.Release != name && !followsGPUOperator(c.Release, name) {
			t.Errorf("a new version of %s: %+v", name, c)
		}
	}
	if len(out.ReleaseChanges) == 0 {
		t.Errorf("a new version of %s upgrades nothing", name)
	}
}

// bump writes the recipe with another version of the component.
func bump(t *testing.T, from, to, component string) {
	t.Helper()
	r := read[map[string]any](t, from)
	bumped := false
	for _, ref := range r["componentRefs"].([]any) {
		if ref := ref.(map[string]any); ref["name"] == component {
			ref["version"], bumped = "99.9.9", true
		}
	}
	if !bumped {
		t.Fatalf("the recipe has no component %s", component)
	}
	data, err := yaml.Marshal(r)
	if err == nil {
		err = os.WriteFile(to, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// followsGPUOperator: the pods of the DRA driver carry the version of the gpu-operator, so that they
// start anew with a new driver.
func followsGPUOperator(release, bumped string) bool {
	return bumped == "gpu-operator" && release == "nvidia-dra-driver-gpu"
}

// wantChanged are the files that a new version of a component changes.
func wantChanged(dir, component string) []string {
	want := []string{"bundle-info.yaml", "checksums.txt", "kustomization.yaml", "recipe.yaml", component + "/helmrelease.yaml"}
	// Their charts say in appVersion what they go with; the version of the chart stays.
	want = append(want, component+"-pre/Chart.yaml", component+"-post/Chart.yaml")
	if followsGPUOperator("nvidia-dra-driver-gpu", component) {
		want = append(want, "nvidia-dra-driver-gpu/helmrelease.yaml")
	}
	want = slices.DeleteFunc(want, func(file string) bool {
		_, err := os.Stat(filepath.Join(dir, file))
		return err != nil
	})
	slices.SortFunc(want, strings.Compare)
	return want
}
