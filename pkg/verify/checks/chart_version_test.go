package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestChartVersion(t *testing.T) {
	each(t, "chart-version", defect{
		name: "none", breakIt: edit(pre, "      version: 0.1.0-h1a2b3c4d5e6f\n", ""),
		at: pre + ":27", path: "spec.chart.spec.version", says: "it names no version", warning: true,
	}, defect{
		name: "of the chart", breakIt: edit(chartYAML, "version: 0.1.0-h1a2b3c4d5e6f", "version: 0.1.1"),
		at: pre + ":29", says: "gpu-operator-pre/Chart.yaml has 0.1.1", warning: true,
	}, defect{
		name: "another", breakIt: edit(pre, "version: 0.1.0-h1a2b3c4d5e6f", "version: 0.1.0-h000000000000"),
		at: pre + ":29", path: "spec.chart.spec.version", says: "gpu-operator-pre/Chart.yaml has 0.1.0-h1a2b3c4d5e6f", warning: true,
	})
}

func TestChartVersionInARange(t *testing.T) {
	bundle := load(t, "git")
	edit(pre, "version: 0.1.0-h1a2b3c4d5e6f", "version: '>=0.1.0-0'")(t, bundle)
	passes(t, bundle, verify.Options{Skip: []string{"version-range"}})
}
