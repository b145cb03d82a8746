package aicr_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

const (
	object       = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n"
	bootstrapped = "-- clusters/prod/flux-system/kustomization.yaml --\nresources: [gotk-components.yaml, gotk-sync.yaml]\n" +
		"-- clusters/prod/flux-system/gotk-components.yaml --\n" + object +
		"-- clusters/prod/flux-system/gotk-sync.yaml --\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n" +
		"metadata: {name: flux-system, namespace: flux-system}\nspec: {path: ./clusters/prod, prune: true}\n"
)

// TestHazard46_NothingThatFluxDeploysIsTakenOutOfItsBuild writes into the layouts of repositories that
// Flux reconciles already.
func TestHazard46_NothingThatFluxDeploysIsTakenOutOfItsBuild(t *testing.T) {
	for _, c := range []struct{ name, files, output, want string }{
		{"the directory of flux bootstrap", bootstrapped, "clusters/prod", "(flux-system/gotk-components.yaml, "},
		{"above it", bootstrapped, "clusters", "/flux-system/gotk-components.yaml, "},
		{"the root of its repository", bootstrapped, ".", "/flux-system/gotk-components.yaml, "},
		{"a directory of manifests", "-- apps/web.yml --\n" + object, "apps", "web.yml"},
		{"a directory of kustomizations", "-- apps/web/kustomization.yaml --\nresources: []\n", "apps", "web/kustomization.yaml"},
		{"a kustomization of another name", "-- apps/kustomization.yml --\nresources: []\n", "apps", "kustomization.yml"},
		{"a kustomization of somebody else", "-- apps/kustomization.yaml --\nresources: [web.yaml]\n-- apps/web.yaml --\n" + object, "apps", "has a kustomization.yaml that is no bundle's: one in its place would take what that lists (web.yaml)"},
		{"a directory of Git", "-- .git/HEAD --\nx\n", ".git/aicr", "lies in .git"},
		{"beside it", bootstrapped, "bundles/prod", ""},
		{"below it", bootstrapped, "clusters/prod/aicr", ""},
		{"an empty directory", "-- apps/NOTES.md --\n# Apps\n", "apps", ""},
		{"files that are no objects", "-- apps/values.yaml --\na: 1\n", "apps", ""},
	} {
		for _, dryRun := range []bool{true, false} {
			root := t.TempDir()
			for _, file := range txtar.Parse([]byte(c.files)).Files {
				path := filepath.Join(root, file.Name)
				if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, file.Data, 0o600)); err != nil {
					t.Fatal(err)
				}
			}
			o := aicr.BundleOptions{Recipe: writeRecipe(t), Output: filepath.Join(root, c.output), DryRun: dryRun, Force: true}
			_, err := aicr.Bundle(t.Context(), o)
			if c.want == "" {
				if err != nil {
					t.Errorf("%s, dry run %v: %v", c.name, dryRun, err)
				}
				continue
			}
			if errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, dry run %v: got %v, want a conflict with %q", c.name, dryRun, err, c.want)
			}
			if _, err := os.Stat(filepath.Join(o.Output, "checksums.txt")); err == nil {
				t.Errorf("%s: the bundle is written all the same", c.name)
			}
		}
	}
}

// TestHazard46_ABundleIsWrittenAgain over itself, and over a kustomization of somebody else only with
// Force, which the store decides.
func TestHazard46_ABundleIsWrittenAgain(t *testing.T) {
	o := aicr.BundleOptions{Recipe: writeRecipe(t), Output: filepath.Join(t.TempDir(), "bundles", "a")}
	for range 2 {
		if _, err := aicr.Bundle(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
}

// TestHazard46_AKilledRunIsNoManifestOfOthers starts where a run was killed before it had put its
// kustomization in place, and where somebody has removed it.
func TestHazard46_AKilledRunIsNoManifestOfOthers(t *testing.T) {
	for name, left := range map[string]func(dir string) error{
		"a stage": func(dir string) error {
			return errors.Join(os.MkdirAll(filepath.Join(dir, ".aicr-stage", "new", "a"), 0o755), os.WriteFile(filepath.Join(dir, ".aicr-stage", "new", "a", "helmrelease.yaml"), []byte(object), 0o600))
		},
		"its kustomization is removed": func(dir string) error { return os.Remove(filepath.Join(dir, "kustomization.yaml")) },
	} {
		o := aicr.BundleOptions{Recipe: writeRecipe(t), Output: filepath.Join(t.TempDir(), "out")}
		if name != "a stage" {
			if _, err := aicr.Bundle(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
		if err := left(o.Output); err != nil {
			t.Fatal(err)
		}
		if _, err := aicr.Bundle(t.Context(), o); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(o.Output, "kustomization.yaml")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHazard46_PullLooksWhereItWrites before it asks any registry.
func TestHazard46_PullLooksWhereItWrites(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "web.yaml"), []byte(object), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := aicr.Pull(t.Context(), aicr.PullOptions{Source: "oci://registry.invalid/a:v1", Dir: dir})
	if errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), "web.yaml") {
		t.Errorf("got %v", err)
	}
}

// writeRecipe writes a recipe of one chart.
func writeRecipe(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "recipe.yaml")
	text := "componentRefs:\n- {name: a, namespace: a, chart: a, version: 1.0.0, source: 'https://charts.example.com'}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
