package checks_test

import "testing"

func TestChartForeignFile(t *testing.T) {
	each(t, "chart-foreign-file",
		defect{name: "no .helmignore", breakIt: remove("gpu-operator-pre/.helmignore"), at: chartYAML, says: "helmrelease.yaml ends up", warning: true},
		defect{
			name: "a whole directory copied", mode: "oci", at: chartYAML, says: "artifactgenerator.yaml, helmrelease.yaml end", warning: true,
			breakIt: edit(generator, `- from: "@bundle/gpu-operator-pre/Chart.yaml"
      to: "@artifact/gpu-operator-pre/"`, `- from: "@bundle/gpu-operator-pre"
      to: "@artifact/"`),
		},
	)
}
