package aicr_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
)

// TestHazard79_TheSourceOfBeforeIsNamed where the bundle moves from Git to a registry and back:
// kubectl leaves it in the cluster, and it still holds an old bundle when it is named again.
func TestHazard79_TheSourceOfBeforeIsNamed(t *testing.T) {
	host, _ := startRegistry(t)
	dir := local(t)
	inGit := aicr.BundleOptions{Recipe: filepath.Join(dir, "recipe.yaml"), Output: filepath.Join(t.TempDir(), "bundle")}
	inGit.RepoURL, inGit.RepoPath = "https://git.example.com/org/fleet.git", "bundles/a"
	inGit.Sync.File = filepath.Join(t.TempDir(), "sync.yaml")
	artifact := published(dir, host+"/org/bundle:v1")
	artifact.Sync.File = inGit.Sync.File
	for _, step := range []struct {
		to   aicr.BundleOptions
		left string
	}{
		{inGit, ""},
		{inGit, ""},
		{artifact, "kubectl -n flux-system delete gitrepository/git-example-com-org-fleet"},
		{artifact, ""},
		{inGit, "kubectl -n flux-system delete ocirepository/aicr-bundle"},
	} {
		steps := strings.Join(bundle(t, step.to).DeploymentSteps, "\n")
		if !strings.Contains(steps, step.left) || step.left == "" && strings.Contains(steps, "delete") {
			t.Errorf("want %q in the steps:\n%s", step.left, steps)
		}
	}
}
