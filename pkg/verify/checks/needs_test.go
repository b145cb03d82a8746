package checks_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestNeeds(t *testing.T) {
	plain := verify.Needs{FluxVersion: "2.7", Controllers: []string{"helm-controller", "kustomize-controller", "source-controller"}}
	artifacts := verify.Needs{
		FluxVersion: "2.7", Controllers: []string{"helm-controller", "kustomize-controller", "source-controller", "source-watcher"},
		FeatureGates: []string{"helm-controller: ExternalArtifact=true"}, Objects: []string{"OCIRepository flux-system/aicr-bundle"},
	}
	needs := func(n verify.Needs, change func(*verify.Needs)) verify.Needs {
		change(&n)
		return n
	}
	const repository = "sources/helmrepo-charts-jetstack-io.yaml"
	nothing := func(*testing.T, fstest.MapFS) {}
	for _, c := range []struct {
		name, mode string
		change     func(*testing.T, fstest.MapFS)
		options    verify.Options
		want       verify.Needs
	}{
		{"git", "git", nothing, verify.Options{}, plain},
		{"oci", "oci", nothing, verify.Options{}, artifacts},
		{"quick", "oci", nothing, verify.Options{Quick: true}, verify.Needs{}},
		{"a field of 2.8", "git", edit(release, "  timeout: 15m\n", "  timeout: 15m\n  waitStrategy: {name: poller}\n"), verify.Options{}, needs(plain, func(n *verify.Needs) { n.FluxVersion = "2.8" })},
		{"a field of 2.9 that 2.7 refuses", "git", edit(release, "  upgrade:\n", "  upgrade:\n    chartNameChangeStrategy: InPlaceUpdate\n"), verify.Options{FluxVersion: "2.7"}, needs(plain, func(n *verify.Needs) { n.FluxVersion = "2.9" })},
		{"Secrets and accounts", "git", all(
			edit(repository, "  url:", "  secretRef: {name: charts}\n  certSecretRef: {name: ca}\n  url:"),
			edit(release, "  timeout: 15m\n", "  timeout: 15m\n  serviceAccountName: deployer\n"),
			edit(release, "  valuesFrom:\n", "  values: {secretRef: {name: a value}}\n  valuesFrom:\n  - {kind: Secret, name: token}\n  - {kind: Secret, name: maybe, optional: true}\n"),
		), verify.Options{}, needs(plain, func(n *verify.Needs) {
			n.Objects = []string{"Secret flux-system/ca", "Secret flux-system/charts", "Secret flux-system/token", "ServiceAccount flux-system/deployer"}
		})},
		{"the cluster's source", "git", all(
			remove("sources/gitrepo-github-com-acme-clusters.yaml"), edit(listing, "- sources/gitrepo-github-com-acme-clusters.yaml\n", ""),
		), verify.Options{External: []string{"GitRepository flux-system/github-com-acme-clusters"}}, needs(plain, func(n *verify.Needs) {
			n.Objects = []string{"GitRepository flux-system/github-com-acme-clusters"}
		})},
		{"other controllers", "git", all(
			add("more.yaml", `{apiVersion: notification.toolkit.fluxcd.io/v1beta3, kind: Alert, metadata: {name: a, namespace: b}}
---
{apiVersion: image.toolkit.fluxcd.io/v1, kind: ImageUpdateAutomation, metadata: {name: a, namespace: b}}
---
{apiVersion: image.toolkit.fluxcd.io/v1, kind: ImagePolicy, metadata: {name: a, namespace: b}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: a, namespace: b}
spec: {interval: 1m, prune: true, sourceRef: {kind: ExternalArtifact, name: x}, postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}}
`), edit(listing, "resources:\n", "resources:\n- more.yaml\n"),
		), verify.Options{}, verify.Needs{
			FluxVersion:  "2.7",
			Controllers:  []string{"helm-controller", "image-automation-controller", "image-reflector-controller", "kustomize-controller", "notification-controller", "source-controller"},
			FeatureGates: []string{"kustomize-controller: ExternalArtifact=true"}, Objects: []string{"ConfigMap b/vars", "ExternalArtifact b/x"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bundle := load(t, c.mode)
			c.change(t, bundle)
			if diff := cmp.Diff(c.want, verifyAll(t, bundle, c.options).Needs); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
