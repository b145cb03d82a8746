package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestResourceUnlisted(t *testing.T) {
	each(t, "resource-unlisted",
		defect{name: "a release", breakIt: edit(listing, "- gpu-operator/helmrelease.yaml\n", ""), at: release + ":2", says: "no kustomization lists"},
		defect{name: "one that others wait for", breakIt: edit(listing, "- gpu-operator-pre/helmrelease.yaml\n", ""), at: pre + ":2", says: "no kustomization lists"},
		defect{
			name: "a source", breakIt: edit(listing, "- sources/helmrepo-charts-jetstack-io.yaml\n", ""),
			at: "sources/helmrepo-charts-jetstack-io.yaml:2", says: "no kustomization lists",
		},
		defect{name: "a generator", mode: "oci", breakIt: edit(listing, "- gpu-operator-pre/artifactgenerator.yaml\n", ""), at: generator + ":2", says: "no kustomization lists"},
		defect{name: "values", breakIt: edit(listing, "- gpu-operator/configmap-values.yaml\n", ""), at: configMap + ":2", says: "no kustomization lists", warning: true},
	)
	apart := load(t, "git")
	add("apps/kustomization.yaml", "resources: [a.yaml]\n")(t, apart)
	add("apps/a.yaml", "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: a, namespace: b}\nspec: {url: https://example.com}\n")(t, apart)
	if report := passes(t, apart, verify.Options{}); !strings.Contains(list(report), "apps has a kustomization that the root does not take in") {
		t.Error(list(report))
	}
}
