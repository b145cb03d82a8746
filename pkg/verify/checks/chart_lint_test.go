package checks_test

import "testing"

func TestChartLint(t *testing.T) {
	each(t, "chart-lint",
		defect{name: "a number for a version", breakIt: edit(chartYAML, "appVersion: v25.3.0", "appVersion: 25.3"), at: chartYAML, says: "appVersion should be of type string", warning: true},
		defect{name: "a ConfigMap among the CRDs", breakIt: add("gpu-operator-pre/crds/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"), at: "gpu-operator-pre/crds/a.yaml", says: "CustomResourceDefinition", warning: true},
	)
}
