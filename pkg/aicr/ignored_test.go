package aicr_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// TestWhatGitLeavesOutIsNamed: a part of the bundle, or the file of Sync, that no commit brings to Flux,
// with the rule that leaves it out.
func TestWhatGitLeavesOutIsNamed(t *testing.T) {
	excludes := filepath.Join(tree(t, map[string]string{"excludes": "aicr.yaml\n"}), "excludes")
	for name, c := range map[string]struct {
		file, rules string
		want        []string
	}{
		"a directory":            {".gitignore", "templates/\n", []string{"git ignores 1 file of the bundle (bundles/b/a/templates/m.yaml by .gitignore:1: templates/)"}},
		"a component":            {".gitignore", "x\n/bundles/*/a/\n", []string{"git ignores 6 files of the bundle (bundles/b/a/.helmignore by .gitignore:2: /bundles/*/a/, bundles/b/a/Chart.yaml by"}},
		"a file, by two rules":   {".gitignore", "recipe.yaml\nchecksums.txt\n", []string{"(bundles/b/recipe.yaml by .gitignore:1: recipe.yaml, bundles/b/checksums.txt by .gitignore:2: checksums.txt)"}},
		"a rule of this clone":   {".git/info/exclude", "m.yaml\n", []string{"(bundles/b/a/templates/m.yaml by .git/info/exclude:"}},
		"the rules of everybody": {".git/config", "[core]\n\texcludesFile = " + excludes + "\n", []string{"(bundles/b/aicr.yaml by " + excludes + ":1: aicr.yaml)"}},
		"the file of Sync":       {".gitignore", "sync.yaml\n", []string{"git ignores clusters/prod/sync.yaml by .gitignore:1: sync.yaml, so no commit brings it to Flux"}},
		"nothing":                {".gitignore", "other.yaml\n!/bundles/\n", nil},
	} {
		for _, dryRun := range []bool{true, false} {
			root := workTree(t, fluxed("prod"), "https://github.com/acme/fleet.git")
			f, err := os.OpenFile(filepath.Join(root, filepath.FromSlash(c.file)), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
			if err == nil {
				_, err = f.WriteString(c.rules)
			}
			if err := errors.Join(err, f.Close()); err != nil {
				t.Fatal(err)
			}
			o := aicr.BundleOptions{Recipe: filepath.Join(root, "recipe.yaml"), Output: filepath.Join(root, "bundles", "b"), DryRun: dryRun}
			o.Sync.File = filepath.Join(root, "clusters", "prod", "sync.yaml")
			out := bundle(t, o)
			if len(out.Warnings) != len(c.want) {
				t.Errorf("%s, dry run %v: %q", name, dryRun, out.Warnings)
			}
			for _, want := range c.want {
				if all := strings.Join(out.Warnings, "\n"); !strings.Contains(all, want) {
					t.Errorf("%s, dry run %v: %q, want %q", name, dryRun, all, want)
				}
			}
		}
	}
}

// TestWithAnIgnoredOutputSyncSaysSo, and not that there is no work tree.
func TestWithAnIgnoredOutputSyncSaysSo(t *testing.T) {
	root := workTree(t, map[string]string{".gitignore": "/out/\n"}, "https://github.com/acme/fleet.git")
	o := options(root)
	o.Sync.File = filepath.Join(root, "sync.yaml")
	refused(t, o, errors.ErrCodeInvalidRequest, "git ignores "+o.Output+" (.gitignore:1: /out/)")
	o.RepoURL, o.RepoPath = "https://github.com/acme/other.git", "elsewhere"
	if out := bundle(t, o); !strings.Contains(strings.Join(out.Warnings, "\n"), "git ignores "+o.Output+" (.gitignore:1: /out/)") {
		t.Errorf("%q", out.Warnings)
	}
}
