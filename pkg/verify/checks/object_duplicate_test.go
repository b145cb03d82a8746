package checks_test

import (
	"strings"
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
		defect{
			name: "made twice by one generator", mode: "oci", at: generator + ":19", path: "spec.artifacts[1].name",
			says: "ExternalArtifact flux-system/gpu-operator-pre-chart is made already, at " + generator + ":13",
			breakIt: edit(generator, "  artifacts:\n", `  artifacts:
  - name: gpu-operator-pre-chart
    copy:
    - from: "@bundle/gpu-operator-pre/Chart.yaml"
      to: "@artifact/gpu-operator-pre/"
    - from: "@bundle/gpu-operator-pre/templates/**"
      to: "@artifact/gpu-operator-pre/templates/"
`),
		},
		defect{
			name: "made by two generators", mode: "oci", at: generator + ":32", says: "is made already",
			breakIt: func(t *testing.T, bundle fstest.MapFS) {
				t.Helper()
				text := string(bundle[generator].Data)
				second := strings.Replace(text, "name: gpu-operator-pre-chart\n  namespace", "name: another\n  namespace", 1)
				add(generator, text+"---\n"+second)(t, bundle)
			},
		},
	)
}
