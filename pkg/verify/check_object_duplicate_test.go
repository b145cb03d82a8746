package verify_test

import (
	"testing"
	"testing/fstest"
)

func TestObjectDuplicate(t *testing.T) {
	twice := func(t *testing.T, bundle fstest.MapFS) {
		t.Helper()
		text := string(bundle[configMap].Data)
		add(configMap, text+"---\n"+text)(t, bundle)
	}
	each(t, "object-duplicate",
		defect{name: "in one file", breakIt: twice, at: configMap + ":19", path: "metadata.name", says: "at gpu-operator/configmap-values.yaml:2"},
		defect{
			name: "of another version", at: "sources/helmrepo-charts-jetstack-io.yaml:13", says: "HelmRepository flux-system/charts-jetstack-io",
			breakIt: edit("sources/helmrepo-charts-jetstack-io.yaml", "  url: https://charts.jetstack.io", `  url: https://charts.jetstack.io
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts-jetstack-io, namespace: flux-system}
spec: {interval: 1h, url: https://charts.jetstack.io}`),
		},
	)
}
