package aicr_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
)

// TestTheNextStepNamesWhatIsToBeCommitted: the bundle, what it is made from, and the file of Sync,
// as somebody would type them, and none that is committed.
func TestTheNextStepNamesWhatIsToBeCommitted(t *testing.T) {
	root := workTree(t, with(fluxed("prod"), map[string]string{
		"my-cluster/recipe.yaml": "componentRefs:\n- {name: a, namespace: a, manifestFiles: [m.yaml]}\n", "shared/m.yaml": object, "unused/x.yaml": object, "note.txt": "x",
	}), "https://github.com/acme/fleet.git")
	t.Chdir(root)
	o := aicr.BundleOptions{Recipe: "my-cluster/recipe.yaml", Data: []string{"shared", "unused"}, Output: "bundles/prod", Publish: syncTo("", "clusters/prod/aicr.yaml")}
	next := func(what, want string) {
		t.Helper()
		out := bundle(t, o)
		if got := out.DeploymentSteps[0]; got != want+": Flux applies the Kustomization aicr-bundles-prod" {
			t.Errorf("%s: %s", what, got)
		}
		if strings.Contains(strings.Join(out.DeploymentSteps, " "), root) {
			t.Errorf("%s: a path of this machine: %q", what, out.DeploymentSteps)
		}
	}
	all := "Commit shared, my-cluster, bundles/prod and clusters/prod/aicr.yaml, and push them"
	o.DryRun = true
	next("a dry run", all)
	o.DryRun = false
	next("the first run", all)
	next("nothing is committed yet", all)
	commitAll(t, root)
	next("everything is committed", "Nothing to commit")
	o.Output, o.Sync.File = filepath.Join(root, "bundles", "prod"), filepath.Join(root, "clusters", "prod", "aicr.yaml")
	o.Settings.Timeout = 7e11
	o.DryRun = true
	next("a dry run of a change, with absolute paths", "Commit bundles/prod and push it")
	o.DryRun = false
	next("a change", "Commit bundles/prod and push it")
	if err := os.WriteFile("shared/m.yaml", []byte(object+"data: {a: b}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir("clusters")
	o.Recipe, o.Data = "../my-cluster/recipe.yaml", []string{"../shared"}
	next("from another directory", "Commit ../shared and ../bundles/prod, and push them")
}

// TestTheNextStepNamesFilesWhereTheRecipeLiesAboveTheBundle, because the directory has more.
func TestTheNextStepNamesFilesWhereTheRecipeLiesAboveTheBundle(t *testing.T) {
	root := workTree(t, map[string]string{"note.txt": "x"}, "https://github.com/org/repo")
	t.Chdir(root)
	out := bundle(t, aicr.BundleOptions{Recipe: "recipe.yaml", Output: "bundles/prod"})
	if got, want := out.DeploymentSteps[1], "Commit recipe.yaml, m.yaml, bundles/prod and the file, and push them"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestHazard49_TheFileOfSyncIsPartOfTheResult of a run and of a dry run.
func TestHazard49_TheFileOfSyncIsPartOfTheResult(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("b", "")})
	o := options(dir)
	o.Options = deployer.Options{GitSourceName: "flux-system", RepoPath: "bundles/a/"}
	o.Sync.File = filepath.Join(dir, "sync.yaml")
	for _, c := range []struct {
		path, state string
		dryRun      bool
	}{
		{"bundles/a/", deployer.Added, true},
		{"bundles/a/", deployer.Added, false},
		{"bundles/a/", deployer.Unchanged, true},
		{"bundles/a/", deployer.Unchanged, false},
		{"./bundles/b", deployer.Changed, true},
		{"./bundles/b", deployer.Changed, false},
		{".", deployer.Changed, true},
	} {
		o.RepoPath, o.DryRun = c.path, c.dryRun
		path := "./" + strings.Trim(c.path, "./")
		want := deployer.SyncFile{File: o.Sync.File, State: c.state, Kustomization: "aicr-bundles-a", Path: path}
		if got := bundle(t, o).SyncFile; got == nil || *got != want {
			t.Errorf("%+v: got %+v", c, got)
		}
	}
}

func commitAll(t *testing.T, root string) {
	t.Helper()
	git(t, root, "add", ".")
	git(t, root, "commit", "-q", "-m", "x")
}
