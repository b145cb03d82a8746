package aicr_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// fluxed is what flux bootstrap writes for a cluster.
func fluxed(cluster string) map[string]string {
	return map[string]string{
		"clusters/" + cluster + "/flux-system/kustomization.yaml":   "resources: [gotk-components.yaml, gotk-sync.yaml]\n",
		"clusters/" + cluster + "/flux-system/gotk-components.yaml": object,
		"clusters/" + cluster + "/flux-system/gotk-sync.yaml": "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: flux-system, namespace: flux-system}\n" +
			"spec: {url: 'https://github.com/acme/fleet', ref: {branch: main}, secretRef: {name: flux-system}}\n---\n" + applies("flux-system", "clusters/"+cluster),
	}
}

// applies is a Kustomization of Flux.
func applies(name, path string) string {
	return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: " + name + ", namespace: flux-system}\n" +
		"spec: {path: " + path + ", prune: true, sourceRef: {kind: GitRepository, name: flux-system}}\n"
}

const (
	repositoryOfSync = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: github-com-acme-fleet, namespace: flux-system}\nspec: {url: 'https://github.com/acme/fleet.git', ref: {branch: next}}\n"
	anotherArtifact  = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: aicr-bundle, namespace: flux-system}\nspec: {url: 'oci://registry.example.com/org/first'}\n"
)

// TestHazard53_AnObjectOfThatNameIsNotReplaced, nor does Flux's build of the directory fail on two of
// them: what is in another file of the same cluster keeps its name.
func TestHazard53_AnObjectOfThatNameIsNotReplaced(t *testing.T) {
	const said = "has already"
	for name, c := range map[string]struct {
		files map[string]string
		given deployer.Options
		sync  string
		want  string
	}{
		"somebody's own":                {files: map[string]string{"clusters/prod/own.yaml": applies("aicr-bundles-a", "apps")}, want: "the Kustomization aicr-bundles-a, which clusters/prod/own.yaml has already"},
		"in a directory below":          {files: map[string]string{"clusters/prod/sub/own.yml": applies("aicr-bundles-a", "apps")}, want: said},
		"of another source":             {files: map[string]string{"clusters/prod/own.yaml": strings.Replace(applies("aicr-bundles-a", "bundles/a"), "GitRepository, name: flux-system", "OCIRepository, name: b", 1)}, want: said},
		"built elsewhere":               {files: map[string]string{"clusters/prod/infra.yaml": applies("infra", "infra"), "infra/own.yaml": applies("aicr-bundles-a", "apps")}, want: said},
		"in a file that is not applied": {files: map[string]string{"manual/own.yaml": applies("aicr-bundles-a", "apps")}, sync: "manual/a.yaml", want: said},
		"of another namespace":          {files: map[string]string{"clusters/prod/own.yaml": strings.ReplaceAll(applies("aicr-bundles-a", "apps"), "namespace: flux-system", "namespace: apps")}},
		"of another cluster":            {files: with(fluxed("test"), map[string]string{"clusters/test/own.yaml": applies("aicr-bundles-a", "apps")})},
		"of another name":               {files: map[string]string{"clusters/prod/own.yaml": applies("apps", "apps")}},
		"of another kind":               {files: map[string]string{"clusters/prod/own.yaml": strings.ReplaceAll(anotherArtifact, "aicr-bundle", "aicr-bundles-a")}},
		"the source": {
			files: map[string]string{"clusters/prod/first.yaml": repositoryOfSync}, given: deployer.Options{TargetRevision: "next"}, want: "the GitRepository github-com-acme-fleet, which clusters/prod/first.yaml has already",
		},
	} {
		root := workTree(t, with(fluxed("prod"), c.files), "https://github.com/acme/fleet.git")
		o := aicr.BundleOptions{Recipe: filepath.Join(root, "recipe.yaml"), Output: filepath.Join(root, "bundles", "a"), Options: c.given}
		o.Sync.File = filepath.Join(root, "clusters", "prod", "a.yaml")
		if c.sync != "" {
			o.Sync.File = filepath.Join(root, filepath.FromSlash(c.sync))
		}
		_, err := aicr.Bundle(t.Context(), o)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
		if _, err := os.Stat(o.Output); err == nil {
			t.Errorf("%s: the bundle is written all the same", name)
		}
	}
}

// TestHazard53_TwoArtifactsHaveTwoNames in a cluster: the source and the Kustomization of the second
// would take the place of those of the first.
func TestHazard53_TwoArtifactsHaveTwoNames(t *testing.T) {
	host, changes := startRegistry(t)
	root := workTree(t, with(fluxed("prod"), map[string]string{"clusters/prod/first.yaml": anotherArtifact}), "https://github.com/acme/fleet.git")
	o := published(root, host+"/org/second:v1")
	o.Sync.File = filepath.Join(root, "clusters", "prod", "second.yaml")
	const want = "the OCIRepository aicr-bundle, which clusters/prod/first.yaml has already"
	if _, err := aicr.Bundle(t.Context(), o); errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "`OCISourceName`") {
		t.Errorf("bundle: got %v, want %q", err, want)
	}
	directory := options(root)
	directory.OCISourceName = "aicr-bundle"
	bundle(t, directory)
	push := aicr.PushOptions{Dir: directory.Output, Target: o.Output, Publish: o.Publish}
	if _, err := aicr.Push(t.Context(), push); errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), want) {
		t.Errorf("push: got %v, want %q", err, want)
	}
	if n := changes.Load(); n > 0 {
		t.Errorf("%d requests changed the registry", n)
	}
	o.OCISourceName = "second"
	bundle(t, o)
	bundle(t, o) // over its own file
}
