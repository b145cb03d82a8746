package aicr_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// TestHazard46_InitKeepsOutOfWhatFluxBuilds: the files of a recipe are no objects, and Flux applies
// nothing of a directory that has such files.
func TestHazard46_InitKeepsOutOfWhatFluxBuilds(t *testing.T) {
	prod := fluxed("prod")
	setup := func(path string) map[string]string {
		const sync = "clusters/prod/flux-system/gotk-sync.yaml"
		return map[string]string{"flux/gotk-sync.yaml": strings.Replace(prod[sync], "path: clusters/prod", "path: "+path, 1), "flux/kustomization.yaml": "resources: [gotk-sync.yaml]\n"}
	}
	for name, c := range map[string]struct {
		files     map[string]string
		dir, want string
	}{
		"the directory of a cluster":    {prod, "clusters/prod", "write them to a directory that Flux does not build, such as recipes/prod"},
		"below it":                      {prod, "clusters/prod/gpu", "such as recipes/gpu"},
		"a repository that Flux builds": {setup("./"), "my-cluster", "write them outside of this repository"},
		"a part that Flux builds":       {setup("components"), ".", "is built by the Kustomization flux-system"},
		"beside it":                     {prod, "my-cluster", ""},
		"the root":                      {prod, ".", ""},

		"a kustomization that lists no such files": {with(prod, map[string]string{"clusters/prod/kustomization.yaml": "resources: [flux-system]\n"}), "clusters/prod/gpu", ""},
	} {
		root := workTree(t, c.files, "")
		t.Chdir(root)
		err := os.Remove("recipe.yaml") // that of workTree would be in the way
		if err != nil {
			t.Fatal(err)
		}
		_, err = aicr.Init(t.Context(), aicr.InitOptions{Dir: c.dir, Force: true})
		_, missing := os.Stat(filepath.Join(c.dir, "recipe.yaml"))
		switch {
		case c.want == "":
			if err != nil || missing != nil {
				t.Errorf("%s: %v, %v", name, err, missing)
			}
		case errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), c.want) || missing == nil:
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}
