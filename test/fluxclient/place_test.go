package fluxclient

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fluxcd/pkg/kustomize"
	"golang.org/x/tools/txtar"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// layout is a repository that Flux reconciles, and what becomes of bundles in it.
type layout struct {
	files string
	// paths are what Flux builds.
	paths []string
	// lost are outputs in which a bundle would take something out of a build; they are refused.
	lost []string
	// reserved are other outputs that are refused.
	reserved []string
	// fine are outputs in which it takes nothing.
	fine []string
}

// kustomizationOf is one of Flux for a directory, with its source, as flux bootstrap writes them.
func kustomizationOf(name, path string) string {
	return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: " + name + ", namespace: flux-system}\n" +
		"spec: {interval: 10m, prune: true, path: " + path + ", sourceRef: {kind: GitRepository, name: flux-system}}\n"
}

const source = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\n" +
	"spec: {interval: 1m, ref: {branch: main}, url: 'ssh://git@github.com/org/fleet'}\n---\n"

// bootstrap is what flux bootstrap commits into a directory.
func bootstrap(dir string) string {
	return "-- " + dir + "/flux-system/kustomization.yaml --\nresources: [gotk-components.yaml, gotk-sync.yaml]\n" +
		"-- " + dir + "/flux-system/gotk-components.yaml --\napiVersion: v1\nkind: Namespace\nmetadata: {name: flux-system}\n" +
		"-- " + dir + "/flux-system/gotk-sync.yaml --\n" + source + kustomizationOf("flux-system", "./"+dir)
}

func manifestFile(path, name string) string {
	return "-- " + path + " --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + ", namespace: default}\n"
}

var layouts = map[string]layout{
	"flux bootstrap": {
		files: bootstrap("clusters/prod") + manifestFile("README.yml", "unbuilt"),
		paths: []string{"clusters/prod"},
		lost:  []string{"clusters/prod"}, reserved: []string{".", "clusters", "clusters/prod/flux-system", "clusters/prod/flux-system/new"},
		fine: []string{"bundles/prod", "clusters/prod/gpu", "clusters/prod/a/b"},
	},
	"a monorepo with apps and clusters": {
		files: bootstrap("clusters/prod") + "-- clusters/prod/apps.yaml --\n" + kustomizationOf("apps", "./apps/prod") + "-- clusters/prod/infra.yaml --\n" + kustomizationOf("infra", "./infra") +
			"-- apps/prod/kustomization.yaml --\nresources: [../base, web.yaml]\n" + manifestFile("apps/prod/web.yaml", "web") +
			"-- apps/base/kustomization.yaml --\nresources: [db.yaml]\n" + manifestFile("apps/base/db.yaml", "db") + manifestFile("infra/net/dns.yaml", "dns"),
		paths: []string{"clusters/prod", "apps/prod", "infra"},
		lost:  []string{"clusters/prod", "apps/prod", "apps/base", "infra", "infra/net"}, reserved: []string{"apps", "clusters"},
		fine: []string{"bundles/prod", "apps/gpu", "apps/prod/gpu", "infra/gpu", "infra/net/gpu", "clusters/prod/gpu"},
	},
	"a directory with manifests": {
		files: bootstrap("clusters/prod") + "-- clusters/prod/deploy.yaml --\n" + kustomizationOf("deploy", "./deploy") + manifestFile("deploy/web.yaml", "web") + manifestFile("deploy/sub/db.yml", "db"),
		paths: []string{"clusters/prod", "deploy"},
		lost:  []string{"deploy", "deploy/sub"},
		fine:  []string{"bundles/prod", "deploy/gpu", "deploy/sub/gpu"},
	},
	"an empty path": {
		files: "-- flux-system/gotk-sync.yaml --\n" + source + kustomizationOf("flux-system", `""`) + "-- flux-system/kustomization.yaml --\nresources: [gotk-sync.yaml]\n" + manifestFile("web.yaml", "web") + manifestFile("apps/db.yaml", "db"),
		paths: []string{"."},
		lost:  []string{".", "apps"}, reserved: []string{"flux-system"},
		fine: []string{"bundles/prod", "apps/gpu"},
	},
	"no Flux": {
		files: "-- README.md --\n# Nothing\n",
		fine:  []string{"bundles/prod", ".", "clusters/prod"},
	},
}

// layOut writes a layout into a new directory, which is a work tree unless git is false.
func layOut(t *testing.T, files string, git bool) string {
	t.Helper()
	root := t.TempDir()
	for _, file := range txtar.Parse([]byte(files)).Files {
		name := filepath.Join(root, filepath.FromSlash(file.Name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, file.Data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if git {
		run(t, root, "init", "-q", "-b", "main")
		run(t, root, "remote", "add", "origin", "git@github.com:org/fleet.git")
		run(t, root, "add", ".")
		run(t, root, "commit", "-q", "-m", "x")
	}
	return root
}

func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// built are the objects that kustomize-controller would apply of each path, by its own generator;
// nil where it could not build it. It works on a copy, because the generator writes.
func built(t *testing.T, root string, paths []string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, path := range paths {
		work := t.TempDir()
		if err := os.CopyFS(work, os.DirFS(root)); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(work, ".git")); err != nil { // no source has it
			t.Fatal(err)
		}
		dir := filepath.Join(work, filepath.FromSlash(path))
		k := unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{}}}
		if _, err := kustomize.NewGenerator(work, k).WriteFile(dir); err != nil {
			t.Logf("%s: %v", path, err)
			continue
		}
		resources, err := kustomize.SecureBuild(work, dir, false)
		if err != nil {
			t.Logf("%s: %v", path, err)
			continue
		}
		all[path] = []string{}
		for _, id := range resources.AllIds() {
			all[path] = append(all[path], path+": "+id.String())
		}
	}
	return all
}

// gone are the objects that are in before, and not in after.
func gone(before, after map[string][]string) (lost []string) {
	for path, ids := range before {
		for _, id := range ids {
			if !slices.Contains(after[path], id) {
				lost = append(lost, id)
			}
		}
	}
	return lost
}

func recipeFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "recipe.yaml")
	if err := os.WriteFile(file, []byte("componentRefs:\n- {name: a, namespace: a, source: 'https://charts.example.com', version: 1.0.0}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestHazard46_NothingThatFluxBuiltIsGone writes bundles into repositories that Flux reconciles,
// and lets Flux's own generator and kustomize judge what is left. What is refused is written by
// force all the same, to see that the refusal is right.
func TestHazard46_NothingThatFluxBuiltIsGone(t *testing.T) {
	for name, l := range layouts {
		for _, git := range []bool{true, false} {
			if !git && len(l.reserved) > 0 && name != "flux bootstrap" {
				continue // what is reserved is known from the work tree
			}
			before := built(t, layOut(t, l.files, git), l.paths)
			if len(before) != len(l.paths) {
				t.Fatalf("%s: Flux builds only %v", name, before)
			}
			for _, output := range slices.Concat(l.lost, l.reserved, l.fine) {
				root := layOut(t, l.files, git)
				dir := filepath.Join(root, filepath.FromSlash(output))
				o := aicr.BundleOptions{Recipe: recipeFile(t), Output: dir, Force: true}
				_, err := aicr.Bundle(t.Context(), o)
				if lost := gone(before, built(t, root, l.paths)); len(lost) > 0 {
					t.Errorf("%s, git %v: a bundle in %s takes out %v", name, git, output, lost)
				}
				if slices.Contains(l.fine, output) {
					if err != nil {
						t.Errorf("%s, git %v: in %s: %v", name, git, output, err)
					}
					continue
				}
				if errors.CodeOf(err) != errors.ErrCodeConflict && !(output == "clusters/prod/flux-system/new" && !git) {
					t.Errorf("%s, git %v: in %s: %v", name, git, output, err)
				}
				if !slices.Contains(l.lost, output) {
					continue
				}
				forced := &flux.Generator{RecipeResult: &recipe.RecipeResult{ComponentRefs: []recipe.ComponentRef{{Name: "a", Namespace: "a", Source: "https://charts.example.com", Version: "1.0.0"}}}, Force: true}
				if _, err := forced.Generate(t.Context(), dir); err != nil {
					t.Fatal(err)
				}
				if lost := gone(before, built(t, root, l.paths)); len(lost) == 0 {
					t.Errorf("%s: in %s nothing would be lost, and it is refused", name, output)
				}
			}
		}
	}
}

// TestHazard46_ASubmoduleIsAWorkTreeOfItsOwn: what Flux builds of the repository around it says
// nothing about a directory of the submodule, and the other way round.
func TestHazard46_ASubmoduleIsAWorkTreeOfItsOwn(t *testing.T) {
	inner := layOut(t, layouts["flux bootstrap"].files, true)
	outer := layOut(t, manifestFile("web.yaml", "web"), true)
	run(t, outer, "submodule", "add", "-q", inner, "sub")
	sub := filepath.Join(outer, "sub")
	run(t, sub, "remote", "set-url", "origin", "https://github.com/org/fleet.git")
	before := built(t, sub, []string{"clusters/prod"})
	if _, err := aicr.Bundle(t.Context(), aicr.BundleOptions{Recipe: recipeFile(t), Output: filepath.Join(sub, "clusters", "prod")}); errors.CodeOf(err) != errors.ErrCodeConflict {
		t.Errorf("in the directory of flux bootstrap: %v", err)
	}
	out, err := aicr.Bundle(t.Context(), aicr.BundleOptions{Recipe: recipeFile(t), Output: filepath.Join(sub, "bundles", "prod")})
	if err != nil {
		t.Fatal(err)
	}
	if out.Derived == nil || *out.Derived != (deployer.Derived{RepoPath: "bundles/prod", GitSourceName: "flux-system"}) {
		t.Errorf("derived is %+v", out.Derived)
	}
	if lost := gone(before, built(t, sub, []string{"clusters/prod"})); len(lost) > 0 {
		t.Errorf("gone: %v", lost)
	}
}

// TestTheFileOfSyncIsBuiltByFlux takes the way of flux bootstrap to its end: what Flux builds of
// its directory then has the Kustomization, and that one's path has the releases.
func TestTheFileOfSyncIsBuiltByFlux(t *testing.T) {
	root := layOut(t, layouts["flux bootstrap"].files, true)
	o := aicr.BundleOptions{Recipe: recipeFile(t), Output: filepath.Join(root, "bundles", "prod")}
	o.Sync.File = filepath.Join(root, "clusters", "prod", "aicr.yaml")
	if _, err := aicr.Bundle(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	after := built(t, root, []string{"clusters/prod", "bundles/prod"})
	for path, want := range map[string]string{"clusters/prod": "Kustomization.v1.kustomize.toolkit.fluxcd.io/aicr-bundles-prod.flux-system", "bundles/prod": "HelmRelease.v2.helm.toolkit.fluxcd.io/a.flux-system"} {
		if !strings.Contains(strings.Join(after[path], "\n"), want) {
			t.Errorf("%s has no %s: %v", path, want, after[path])
		}
	}
}

// TestHazard53_FluxBuildsNoTwoObjectsOfOneName: with the file of Sync beside somebody's own Kustomization
// of that name nothing of the directory would be applied any more, so it is refused.
func TestHazard53_FluxBuildsNoTwoObjectsOfOneName(t *testing.T) {
	files := layouts["flux bootstrap"].files
	other := layOut(t, files, true)
	o := aicr.BundleOptions{Recipe: recipeFile(t), Output: filepath.Join(other, "bundles", "prod")}
	o.Sync.File = filepath.Join(other, "clusters", "prod", "aicr.yaml")
	if _, err := aicr.Bundle(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	root := layOut(t, files+"-- clusters/prod/own.yaml --\n"+kustomizationOf("aicr-bundles-prod", "./apps"), true)
	o.Output, o.Sync.File = filepath.Join(root, "bundles", "prod"), filepath.Join(root, "clusters", "prod", "aicr.yaml")
	if _, err := aicr.Bundle(t.Context(), o); errors.CodeOf(err) != errors.ErrCodeConflict {
		t.Errorf("got %v", err)
	}
	if after := built(t, root, []string{"clusters/prod"}); after["clusters/prod"] == nil {
		t.Error("Flux builds it no more")
	}
	data, err := os.ReadFile(filepath.Join(other, "clusters", "prod", "aicr.yaml"))
	if err == nil {
		err = os.WriteFile(o.Sync.File, data, 0o600)
	}
	if after := built(t, root, []string{"clusters/prod"}); err != nil || after["clusters/prod"] != nil {
		t.Errorf("Flux would build it all the same, and it is refused: %v", err)
	}
}
