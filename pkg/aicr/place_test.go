package aicr_test

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
)

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// workTree has a recipe, whose one chart is in the bundle, and a remote.
func workTree(t *testing.T, files map[string]string, remote string) string {
	t.Helper()
	all := map[string]string{"recipe.yaml": "componentRefs:\n- {name: a, namespace: a, manifestFiles: [m.yaml]}\n", "m.yaml": object}
	for name, content := range files {
		all[name] = content
	}
	root := tree(t, all)
	git(t, root, "init", "-q", "-b", "trunk")
	if remote != "" {
		git(t, root, "remote", "add", "origin", remote)
	}
	return root
}

// inGitops is what flux bootstrap writes with a namespace of its own.
const inGitops = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: fleet, namespace: gitops}\nspec: {url: 'https://github.com/org/repo', ref: {branch: prod}}\n---\n" +
	"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: fleet, namespace: gitops}\nspec: {path: clusters/a, sourceRef: {kind: GitRepository, name: fleet}}\n"

// TestHazard47_ThePlaceInTheRepositoryFollowsFromTheWorkTree, for everything that was not given.
func TestHazard47_ThePlaceInTheRepositoryFollowsFromTheWorkTree(t *testing.T) {
	bootstrapped := map[string]string{"clusters/a/flux-system/gotk-sync.yaml": inGitops}
	for name, c := range map[string]struct {
		files  map[string]string
		remote string
		given  deployer.Options
		want   deployer.Derived
	}{
		"a new repository":         {want: deployer.Derived{RepoPath: "bundles/a", TargetRevision: "trunk"}},
		"a remote":                 {remote: "git@github.com:org/repo.git", want: deployer.Derived{RepoPath: "bundles/a", RepoURL: "ssh://git@github.com/org/repo.git", TargetRevision: "trunk"}},
		"a remote with a password": {remote: "https://me:hunter2@github.com/org/repo.git", want: deployer.Derived{RepoPath: "bundles/a", RepoURL: "https://github.com/org/repo.git", TargetRevision: "trunk"}},
		"a remote on the disk":     {remote: "../there", want: deployer.Derived{RepoPath: "bundles/a", TargetRevision: "trunk"}},
		"the source of Flux in its namespace": {
			files: bootstrapped, remote: "git@github.com:org/repo.git", given: deployer.Options{Namespace: "gitops"}, want: deployer.Derived{RepoPath: "bundles/a", GitSourceName: "fleet"},
		},
		"and its namespace, where that is not given": {
			files: bootstrapped, remote: "git@github.com:org/repo.git", want: deployer.Derived{RepoPath: "bundles/a", GitSourceName: "fleet", Namespace: "gitops"},
		},
		"in another namespace its branch": {
			files: bootstrapped, remote: "git@github.com:org/repo.git", given: deployer.Options{Namespace: "flux-system"}, want: deployer.Derived{RepoPath: "bundles/a", RepoURL: "ssh://git@github.com/org/repo.git", TargetRevision: "prod"},
		},
		"another repository's source": {
			files: bootstrapped, remote: "git@github.com:org/other.git", given: deployer.Options{Namespace: "gitops"},
			want: deployer.Derived{RepoPath: "bundles/a", RepoURL: "ssh://git@github.com/org/other.git", TargetRevision: "trunk"},
		},
		"a URL that is given": {
			files: bootstrapped, remote: "git@github.com:org/repo.git", given: deployer.Options{RepoURL: "https://github.com/Org/repo"},
			want: deployer.Derived{RepoPath: "bundles/a", GitSourceName: "fleet", Namespace: "gitops"},
		},
		"the source's branch, given": {
			files: bootstrapped, remote: "git@github.com:org/repo.git", given: deployer.Options{TargetRevision: "prod", RepoURL: "https://github.com/org/repo.git"},
			want: deployer.Derived{RepoPath: "bundles/a", GitSourceName: "fleet", Namespace: "gitops"},
		},
		"another branch": {
			files: bootstrapped, remote: "git@github.com:org/repo.git", given: deployer.Options{TargetRevision: "next"},
			want: deployer.Derived{RepoPath: "bundles/a", RepoURL: "ssh://git@github.com/org/repo.git", Namespace: "gitops"},
		},
		"a Secret of its own": {
			files: bootstrapped, remote: "git@github.com:org/repo.git", given: deployer.Options{RepoSecret: "key"},
			want: deployer.Derived{RepoPath: "bundles/a", RepoURL: "ssh://git@github.com/org/repo.git", TargetRevision: "prod", Namespace: "gitops"},
		},
		"the source, given": {
			files: bootstrapped, remote: "git@github.com:org/repo.git", given: deployer.Options{GitSourceName: "fleet"}, want: deployer.Derived{RepoPath: "bundles/a", Namespace: "gitops"},
		},
		"a branch that is given": {remote: "https://github.com/org/repo", given: deployer.Options{TargetRevision: "x", RepoPath: "./bundles/a/"}, want: deployer.Derived{RepoURL: "https://github.com/org/repo"}},
		"a source that is given": {remote: "https://github.com/org/repo", given: deployer.Options{GitSourceName: "x"}, want: deployer.Derived{RepoPath: "bundles/a"}},
	} {
		root := workTree(t, c.files, c.remote)
		o := aicr.BundleOptions{Recipe: filepath.Join(root, "recipe.yaml"), Output: filepath.Join(root, "bundles", "a"), Options: c.given}
		out, err := aicr.Bundle(t.Context(), o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := gocmp.Diff(&c.want, out.Derived); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		release, err := os.ReadFile(filepath.Join(o.Output, "a", "helmrelease.yaml"))
		if namespace := cmp.Or(c.given.Namespace, c.want.Namespace, "flux-system"); err != nil || !strings.Contains(string(release), "chart: ./bundles/a/a\n") || !strings.Contains(string(release), "  namespace: "+namespace+"\n") {
			t.Errorf("%s: %v\n%s", name, err, release)
		}
	}
}

// TestHazard47_AContradictionIsRefused, with both sides of it.
func TestHazard47_AContradictionIsRefused(t *testing.T) {
	root := workTree(t, map[string]string{"clusters/a/flux-system/gotk-sync.yaml": inGitops}, "git@github.com:org/repo.git")
	for want, given := range map[string]deployer.Options{
		`"bundles" is not where the output lies, which is "bundles/a"`: {RepoPath: "bundles"},
		`is not where the output lies, which is "bundles/a"`:           {RepoPath: "."},
		"https://github.com/org/other is no remote":                    {RepoURL: "https://github.com/org/other"},
		"https://gitlab.com/org/repo is no remote":                     {RepoURL: "https://gitlab.com/org/repo"},
		"`GitSourceName` fleet is in the namespace gitops (clusters/a/flux-system/gotk-sync.yaml), and the bundle would be in flux-system": {GitSourceName: "fleet", Namespace: "flux-system"},
	} {
		o := aicr.BundleOptions{Recipe: filepath.Join(root, "recipe.yaml"), Output: filepath.Join(root, "bundles", "a"), Options: given, DryRun: true}
		if _, err := aicr.Bundle(t.Context(), o); errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// TestHazard47_OutsideOfAWorkTreeAWarningSaysWhatToGive, once, and only where something looks
// there.
func TestHazard47_OutsideOfAWorkTreeAWarningSaysWhatToGive(t *testing.T) {
	dir := tree(t, map[string]string{
		"local.yaml": "componentRefs:\n- {name: a, namespace: a, manifestFiles: [m.yaml]}\n", "m.yaml": object,
		"chart.yaml": "componentRefs:\n" + chartOf("b", ""),
	})
	for _, c := range []struct {
		recipe string
		given  deployer.Options
		want   string
	}{
		{"local.yaml", deployer.Options{}, "name the repository with `RepoURL` and the directory in it with `RepoPath`"},
		{"local.yaml", deployer.Options{RepoURL: "https://github.com/org/repo"}, "set `RepoPath` (. for the root)"},
		{"local.yaml", deployer.Options{GitSourceName: "x"}, "set `RepoPath` (. for the root)"},
		{"local.yaml", deployer.Options{GitSourceName: "x", RepoPath: "."}, ""},
		{"chart.yaml", deployer.Options{}, ""},
	} {
		o := aicr.BundleOptions{Recipe: filepath.Join(dir, c.recipe), Output: filepath.Join(dir, "out"), Options: c.given, DryRun: true}
		out, err := aicr.Bundle(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(out.Warnings, "\n"); !strings.Contains(all, c.want) || len(out.Warnings) > 1 || c.want == "" && all != "" {
			t.Errorf("%s with %+v: %q, want one with %q", c.recipe, c.given, out.Warnings, c.want)
		}
	}
}

// TestGitIgnoresTheBundle: then no commit brings it to Flux, and nothing follows from the work
// tree.
func TestGitIgnoresTheBundle(t *testing.T) {
	root := workTree(t, map[string]string{".gitignore": "/out/\n"}, "https://github.com/org/repo")
	out, err := aicr.Bundle(t.Context(), aicr.BundleOptions{Recipe: filepath.Join(root, "recipe.yaml"), Output: filepath.Join(root, "out")})
	if err != nil || out.Derived != nil || !strings.Contains(strings.Join(out.Warnings, "\n"), "git ignores") {
		t.Errorf("%v, %+v", err, out)
	}
}

// TestHazard46_VerifyLooksAtTheWorkTree: where the charts are looked up, and who applies the
// bundle.
func TestHazard46_VerifyLooksAtTheWorkTree(t *testing.T) {
	const setup = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {url: 'https://github.com/org/repo', ref: {branch: main}}\n---\n" +
		"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: flux-system, namespace: flux-system}\nspec: {path: clusters/a, sourceRef: {kind: GitRepository, name: flux-system}}\n"
	second := "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: second, namespace: flux-system}\nspec: {path: ./clusters/a/aicr, sourceRef: {kind: GitRepository, name: flux-system}}\n"
	root := workTree(t, map[string]string{"clusters/a/flux-system/gotk-sync.yaml": setup, "clusters/a/flux-system/kustomization.yaml": "resources: [gotk-sync.yaml]\n"}, "https://github.com/org/repo")
	o := aicr.BundleOptions{Recipe: filepath.Join(root, "recipe.yaml"), Output: filepath.Join(root, "clusters", "a", "aicr")}
	if _, err := aicr.Bundle(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	found := func(dir string) string {
		t.Helper()
		report, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: dir})
		if err != nil && errors.CodeOf(err) != errors.ErrCodeVerificationFailed {
			t.Fatal(err)
		}
		var all []string
		for _, f := range report.Findings {
			all = append(all, f.Check+": "+f.Message)
		}
		return strings.Join(all, "\n")
	}
	if all := found(o.Output); all != "" {
		t.Errorf("where it was written: %s", all)
	}
	moved := filepath.Join(root, "bundles", "moved")
	if err := errors.Join(os.MkdirAll(filepath.Dir(moved), 0o755), os.CopyFS(moved, os.DirFS(o.Output))); err != nil {
		t.Fatal(err)
	}
	if all := found(moved); !strings.Contains(all, `chart-path: it looks for its chart in "./clusters/a/aicr/a", as if the bundle lay in "clusters/a/aicr", and it lies in "bundles/moved"`) {
		t.Errorf("moved: %s", all)
	}
	if err := os.WriteFile(filepath.Join(root, "clusters", "a", "second.yaml"), []byte(second), 0o600); err != nil {
		t.Fatal(err)
	}
	if all := found(o.Output); !strings.Contains(all, "applied-twice: the Kustomization flux-system (clusters/a/flux-system/gotk-sync.yaml) and the Kustomization second (clusters/a/second.yaml) apply it in the same cluster") {
		t.Errorf("applied twice: %s", all)
	}
	verifyOptions := aicr.VerifyOptions{Source: o.Output}
	verifyOptions.RepositoryPath = "elsewhere"
	if _, err := aicr.Verify(t.Context(), verifyOptions); errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "is not where the bundle lies") {
		t.Errorf("another path: %v", err)
	}
}
