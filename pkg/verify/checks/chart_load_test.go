package checks_test

import (
	"context"
	"testing"

	"github.com/aicr-flux/aicr/internal/chart"
	rendering "github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// slow stops every chart while it is loaded.
type slow struct{ rendering.InProcess }

func (slow) Chart(context.Context, rendering.ChartJob) (rendering.ChartResult, error) {
	return rendering.ChartResult{Err: &chart.Error{Kind: chart.KindLimit, Message: "rendering stopped: it took longer than 10s"}}, nil
}

func TestChartLoad(t *testing.T) {
	each(t, "chart-load",
		defect{name: "no name", breakIt: edit(chartYAML, "name: gpu-operator-pre\n", ""), at: chartYAML, says: "chart.metadata.name is required"},
		defect{name: "no semantic version", mode: "oci", breakIt: edit(chartYAML, "version: 0.1.0-h1a2b3c4d5e6f", "version: latest"), at: chartYAML, says: "latest"},
		defect{name: "a damaged archive", breakIt: all(withUpstream(upstream(), "driver: {}"), add(upstreamName, "no archive")), at: wrapper, says: "gzip: invalid header"},
		defect{name: "a chart that Helm cannot load in time", breakIt: all(), options: verify.Options{Renderer: slow{}}, at: chartYAML, says: "rendering stopped", warning: true},
		defect{name: "values that are no YAML", breakIt: add("gpu-operator-pre/values.yaml", "a: ["), at: chartYAML, says: "values.yaml"},
	)
}
