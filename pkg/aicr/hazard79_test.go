package aicr_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// fleet is the repository of two clusters, prod with a bundle in bundles/prod.
func fleet(t *testing.T, more map[string]string) string {
	t.Helper()
	root := workTree(t, with(with(fluxed("prod"), fluxed("test")), more), "https://github.com/acme/fleet.git")
	bundle(t, aicr.BundleOptions{Recipe: filepath.Join(root, "recipe.yaml"), Output: filepath.Join(root, "bundles", "prod"), Publish: syncTo(root, "clusters/prod/aicr.yaml")})
	return root
}

func syncTo(root, file string) (p aicr.Publish) {
	if file != "" {
		p.Sync.File = filepath.Join(root, filepath.FromSlash(file))
	}
	return p
}

// TestHazard79_NoBundleBringsASecondOwner of releases that another directory has, where both are
// applied in one cluster.
func TestHazard79_NoBundleBringsASecondOwner(t *testing.T) {
	const (
		infra   = "infra/prod/releases.yaml"
		release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a, namespace: flux-system}\n"
	)
	for name, c := range map[string]struct {
		files        map[string]string
		output, sync string
		refused      string // the text of the conflict
		warned       string
	}{
		"a second directory": {output: "bundles/second", sync: "clusters/prod/second.yaml", refused: "the release a of this bundle is in bundles/prod already, which the Kustomization aicr-bundles-prod (clusters/prod/aicr.yaml) applies in the same cluster"},
		"below what Flux builds": {
			output: "clusters/prod/bundle", refused: "in the same cluster; two owners would uninstall each other's; so nothing was written; to change that bundle: aicr bundle `Again` bundles/prod",
		},
		"over another Kustomization": {
			files:  map[string]string{"clusters/prod/apps.yaml": applies("apps", "apps"), "apps/README.md": "# Apps\n"},
			output: "apps/gpu", refused: "in the same cluster",
		},
		"by a file that another Kustomization leads to": {
			files:  map[string]string{"clusters/prod/apps.yaml": applies("apps", "apps"), "apps/README.md": "# Apps\n"},
			output: "bundles/second", sync: "apps/second.yaml", refused: "in the same cluster",
		},
		"written before the Kustomization": {
			files:  map[string]string{"clusters/prod/second.yaml": applies("second", "bundles/second")},
			output: "bundles/second", refused: "in the same cluster",
		},
		"a bundle that somebody else's Kustomization applies": {
			files:  map[string]string{"clusters/test/by-hand.yaml": applies("by-hand", "bundles/prod")},
			output: "bundles/test", sync: "clusters/test/aicr.yaml", refused: "to move it: git mv bundles/prod bundles/test, then aicr bundle `Again` bundles/test, and in clusters/test/by-hand.yaml set spec.path to ./bundles/test",
		},
		"a bundle that Flux builds with others": {
			files:  map[string]string{"clusters/test/all.yaml": applies("all", "bundles")},
			output: "elsewhere", sync: "clusters/test/aicr.yaml", refused: "to change that bundle: aicr bundle `Again` bundles/prod",
		},
		"a release by hand": {
			files:  map[string]string{"clusters/test/infra.yaml": applies("infra", "infra/prod"), infra: release},
			output: "bundles/test", sync: "clusters/test/aicr.yaml", refused: "is in infra/prod already, which the Kustomization infra (clusters/test/infra.yaml) applies in the same cluster; two owners would uninstall each other's; so nothing was written; take them out there, or out of the recipe",
		},
		"twice in one build": {
			files:  map[string]string{"clusters/test/by-hand.yaml": release},
			output: "clusters/test/bundle", refused: "no build may have an object twice",
		},

		"another cluster":        {output: "bundles/test", sync: "clusters/test/aicr.yaml"},
		"below another cluster":  {output: "clusters/test/bundle"},
		"over its Kustomization": {files: map[string]string{"clusters/test/apps.yaml": applies("apps", "apps"), "apps/README.md": "# Apps\n"}, output: "bundles/test", sync: "apps/test.yaml"},
		"no cluster yet":         {output: "bundles/test"},
		"a release of another name": {
			files:  map[string]string{infra: strings.Replace(release, "name: a", "name: b", 1), "clusters/test/infra.yaml": applies("infra", "infra/prod")},
			output: "bundles/test", sync: "clusters/test/aicr.yaml",
		},
		"a release that nothing applies": {files: map[string]string{infra: release}, output: "bundles/test", sync: "clusters/test/aicr.yaml"},
		"a patch": {
			files: map[string]string{
				"infra/prod/kustomization.yaml": "resources: [../../bundles/prod]\npatches: [{path: releases.yaml}]\n", infra: release, "clusters/test/infra.yaml": applies("infra", "infra/prod"),
			},
			output: "bundles/prod",
		},

		"for kubectl": {output: "bundles/second", sync: "second.yaml", warned: "in the same cluster two owners would uninstall each other's; to change that bundle"},
		"no cluster is left": {
			files:  map[string]string{"clusters/test/aicr.yaml": applies("aicr-bundles-prod", "bundles/prod")},
			output: "bundles/second", warned: "in the same cluster two owners would uninstall each other's; to change that bundle",
		},
	} {
		for _, dryRun := range []bool{true, false} {
			root := fleet(t, c.files)
			t.Chdir(root)
			o := aicr.BundleOptions{Recipe: "recipe.yaml", Output: c.output, DryRun: dryRun, Publish: syncTo("", c.sync)}
			out, err := aicr.Bundle(t.Context(), o)
			switch {
			case c.refused != "":
				if errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), c.refused) {
					t.Errorf("%s: got %v, want %q", name, err, c.refused)
				}
				if _, err := os.Stat(c.output); err == nil {
					t.Errorf("%s: something is written", name)
				}
			case err != nil:
				t.Errorf("%s: %v", name, err)
			case c.warned == "" && strings.Contains(strings.Join(out.Warnings, "\n"), "already"), !strings.Contains(strings.Join(out.Warnings, "\n"), c.warned):
				t.Errorf("%s: warnings %q, want %q", name, out.Warnings, c.warned)
			}
		}
	}
}

// TestHazard79_WhatIsThereTwiceIsSaid by a run and by verify, and does not stop the run that puts it
// right.
func TestHazard79_WhatIsThereTwiceIsSaid(t *testing.T) {
	root := fleet(t, nil)
	second := filepath.Join(root, "bundles", "second")
	o := aicr.BundleOptions{Recipe: filepath.Join(root, "recipe.yaml"), Output: second}
	bundle(t, o)
	if err := os.WriteFile(filepath.Join(root, "clusters", "prod", "second.yaml"), []byte(applies("second", "bundles/second")), 0o600); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(bundle(t, o).Warnings, "\n"); !strings.Contains(all, "set spec.prune: false on the Kustomization of the other") {
		t.Errorf("the run: %s", all)
	}
	report, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: second})
	want := "the Kustomization second (clusters/prod/second.yaml) and the Kustomization aicr-bundles-prod (clusters/prod/aicr.yaml), with its release a in bundles/prod, apply it in the same cluster"
	if errors.CodeOf(err) != errors.ErrCodeVerificationFailed || len(report.Findings) != 1 || report.Findings[0].Check != "applied-twice" || report.Findings[0].Message != want {
		t.Errorf("verify: %v, %+v", err, report.Findings)
	}
	if err := os.Rename(filepath.Join(root, "clusters", "prod", "second.yaml"), filepath.Join(root, "clusters", "test", "second.yaml")); err != nil {
		t.Fatal(err)
	}
	if report, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: second}); err != nil {
		t.Errorf("in another cluster: %v, %+v", err, report.Findings)
	}
}

// TestHazard79_AMovedBundleKeepsItsOwner, as the message says that refuses a copy.
func TestHazard79_AMovedBundleKeepsItsOwner(t *testing.T) {
	root := fleet(t, nil)
	t.Chdir(root)
	commitAll(t, root)
	again := func(dir, output string) error {
		o, err := aicr.Again(t.Context(), dir, aicr.BundleOptions{Output: output})
		if err == nil {
			_, err = aicr.Bundle(t.Context(), o)
		}
		return err
	}
	err := again("bundles/prod", "bundles/deep/new")
	if err == nil || !strings.Contains(err.Error(), "to move that bundle: git mv bundles/prod bundles/deep/new, then aicr bundle `Again` bundles/deep/new `Sync` clusters/prod/aicr.yaml") {
		t.Fatal(err)
	}
	if err := os.MkdirAll("bundles/deep", 0o755); err != nil {
		t.Fatal(err)
	}
	git(t, root, "mv", "bundles/prod", "bundles/deep/new")
	if err := again("bundles/deep/new", ""); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("clusters/prod/aicr.yaml")
	if err != nil || !strings.Contains(string(data), "name: aicr-bundles-prod\n") || !strings.Contains(string(data), "path: ./bundles/deep/new\n") {
		t.Errorf("%v\n%s", err, data)
	}
}
