package aicr_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// TestEachFileIsCommittedWhereItLies: the bundle in a submodule, and the file of Sync in the
// repository around it.
func TestEachFileIsCommittedWhereItLies(t *testing.T) {
	inner := workTree(t, nil, "https://github.com/acme/sub.git")
	git(t, inner, "commit", "-q", "--allow-empty", "-m", "x")
	for remote, where := range map[string]string{"https://github.com/acme/fleet.git": "https://github.com/acme/fleet.git", "": "the work tree "} {
		root := workTree(t, fluxed("prod"), remote)
		git(t, root, "-c", "protocol.file.allow=always", "submodule", "add", "-q", inner, "sub")
		t.Chdir(root)
		git(t, "sub", "remote", "set-url", "origin", "https://github.com/acme/sub.git")
		for file, want := range map[string]string{
			"clusters/prod/sub.yaml": " in " + where,
			"sub.yaml":               "Bring it into the cluster: kubectl apply -f ",
		} {
			o := aicr.BundleOptions{Recipe: "recipe.yaml", Output: "sub/bundles/a"}
			o.Sync.File = file
			steps := bundle(t, o).DeploymentSteps
			if first := "Commit " + o.Output + ` to branch "trunk" of https://github.com/acme/sub.git and push it`; steps[0] != first {
				t.Errorf("%s: the first step is %q, want %q", file, steps[0], first)
			}
			if !strings.Contains(steps[1], o.Sync.File) || !strings.Contains(steps[1], want) {
				t.Errorf("%s: the second step is %q, want %q", file, steps[1], want)
			}
		}
	}
}

// TestTheReadmeOfACoveredBundleNamesWhatAppliesIt: no file has to be committed or applied with it.
func TestTheReadmeOfACoveredBundleNamesWhatAppliesIt(t *testing.T) {
	for output, want := range map[string]string{
		"clusters/prod/gpu": "Push it: the Kustomization `flux-system` builds a directory that takes this one in, and applies it already.",
		"apps/gpu":          "Push it: the Kustomization `apps` builds",
		"bundles/own":       "and `clusters/prod/own.yaml`, which holds the Kustomization that applies it",
	} {
		root := workTree(t, with(fluxed("prod"), map[string]string{"clusters/prod/apps.yaml": applies("apps", "apps"), "clusters/prod/own.yaml": applies("own", "bundles/own")}), "https://github.com/acme/fleet.git")
		o := aicr.BundleOptions{Recipe: filepath.Join(root, "recipe.yaml"), Output: filepath.Join(root, filepath.FromSlash(output))}
		bundle(t, o)
		readme, err := os.ReadFile(filepath.Join(o.Output, "README.md"))
		if err != nil || !strings.Contains(string(readme), want) {
			t.Errorf("%s: %v\n%s", output, err, readme)
		}
		if output != "bundles/own" && (strings.Contains(string(readme), "kubectl apply -f") || strings.Contains(string(readme), "gotk-sync.yaml")) {
			t.Errorf("%s:\n%s", output, readme)
		}
	}
}

// TestHazard46_FluxItselfIsNamedWhereItWouldGo, and nowhere else.
func TestHazard46_FluxItselfIsNamedWhereItWouldGo(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  bool
	}{
		"manifests":                          {map[string]string{"web.yaml": object}, false},
		"flux bootstrap":                     {map[string]string{"flux-system/gotk-components.yaml": object}, true},
		"flux bootstrap, after others":       {map[string]string{"a.yaml": object, "b.yaml": object, "c.yaml": object, "d.yaml": object, "e.yaml": object, "flux-system/gotk-components.yaml": object}, true},
		"a kustomization":                    {map[string]string{"kustomization.yaml": "resources: [web.yaml]\n", "web.yaml": object}, false},
		"a kustomization with Flux among it": {map[string]string{"kustomization.yaml": "resources: [flux-system/gotk-components.yaml]\n", "flux-system/gotk-components.yaml": object}, true},
	} {
		o := aicr.BundleOptions{Recipe: writeRecipe(t), Output: tree(t, c.files)}
		_, err := aicr.Bundle(t.Context(), o)
		if errors.CodeOf(err) != errors.ErrCodeConflict || strings.Contains(err.Error(), "Flux itself") != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
