package checks_test

import (
	"slices"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

const gitSource = "sources/gitrepo-github-com-acme-clusters.yaml"

func TestSourceMissing(t *testing.T) {
	each(t, "source-missing",
		defect{
			name: "a chart repository", breakIt: edit(release, "name: helm-ngc-nvidia-com-nvidia", "name: nowhere"),
			at: release + ":31", path: "spec.chart.spec.sourceRef", says: "HelmRepository flux-system/nowhere",
		},
		defect{name: "of another namespace", breakIt: edit(release, "nvidia\n        namespace: flux-system", "nvidia\n        namespace: other"), at: release + ":31", says: "HelmRepository other/"},
		defect{name: "a repository beside one that there is", breakIt: edit(pre, "name: github-com-acme-clusters", "name: nowhere"), at: pre + ":31", says: "GitRepository flux-system/nowhere"},
		defect{
			name: "an artifact", mode: "oci", breakIt: edit(pre, "name: gpu-operator-pre-chart", "name: other-chart"),
			at: pre + ":26", path: "spec.chartRef", says: "ExternalArtifact flux-system/other-chart",
		},
		defect{
			name: "of a generator", mode: "oci", breakIt: edit(generator, "kind: OCIRepository", "kind: GitRepository"),
			at: generator + ":9", path: "spec.sources[0]", says: "GitRepository flux-system/aicr-bundle",
		},
	)
}

func TestSourceOutsideTheBundle(t *testing.T) {
	bundle := load(t, "git")
	edit(release, "name: helm-ngc-nvidia-com-nvidia", "name: elsewhere")(t, bundle)
	remove("sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml")(t, bundle)
	edit(listing, "- sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml\n", "")(t, bundle)
	passes(t, bundle, verify.Options{External: []string{"HelmRepository flux-system/elsewhere"}})
}

// TestSourceOfTheBundle wants the sources that no bundle can hold, those that it comes from, among
// what the cluster needs.
func TestSourceOfTheBundle(t *testing.T) {
	bundle := load(t, "git")
	remove(gitSource)(t, bundle)
	edit(listing, "- "+gitSource+"\n", "")(t, bundle)
	add("more.yaml", `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {interval: 1h, prune: true, path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}}
`)(t, bundle)
	edit(listing, "resources:", "resources:\n- more.yaml")(t, bundle)
	report := passes(t, bundle, verify.Options{})
	for _, name := range []string{"GitRepository flux-system/github-com-acme-clusters", "GitRepository flux-system/flux-system"} {
		if !slices.Contains(report.Needs.Objects, name) {
			t.Errorf("want %s among %q", name, report.Needs.Objects)
		}
	}
}

// TestSourceOfTheCluster takes the source that flux bootstrap makes for one that is there, also in
// a bundle with other sources of its kind.
func TestSourceOfTheCluster(t *testing.T) {
	bundle := load(t, "git")
	edit(pre, "name: github-com-acme-clusters", "name: flux-system")(t, bundle)
	report := passes(t, bundle, verify.Options{Skip: []string{"source-unused"}})
	if !slices.Contains(report.Needs.Objects, "GitRepository flux-system/flux-system") {
		t.Errorf("the source is not among what the cluster needs: %q", report.Needs.Objects)
	}
}
