package checks_test

import (
	"strings"
	"testing"
)

func TestChartLoad(t *testing.T) {
	each(t, "chart-load",
		defect{name: "no name", breakIt: edit(chartYAML, "name: gpu-operator-pre\n", ""), at: chartYAML, says: "chart.metadata.name is required"},
		defect{name: "no semantic version", mode: "oci", breakIt: edit(chartYAML, "version: 0.1.0-h1a2b3c4d5e6f", "version: latest"), at: chartYAML, says: "latest"},
		defect{name: "a damaged archive", breakIt: all(withUpstream(upstream(), "driver: {}"), add(upstreamName, "no archive")), at: wrapper, says: "not a gzip archive"},
		defect{name: "a template too deep to be looked at", breakIt: add(template, strings.Repeat("{{ if 1 }}", 2000)), at: chartYAML, says: "take it apart", warning: true},
		defect{name: "values that are no YAML", breakIt: add("gpu-operator-pre/values.yaml", "a: ["), at: chartYAML, says: "values.yaml"},
	)
}
