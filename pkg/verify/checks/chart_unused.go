package checks

import (
	"path"
	"slices"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartUnused = &engine.Check{
	ID:       "chart-unused",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityWarning,
	Title:    "Each chart of the bundle is installed by a release",
	Remedy:   "Let a release take the chart, or remove the directory.",
	Unless:   []string{"object-metadata", "schema", "api-removed", "core-schema", "source-missing", "chart-path", "artifact-path"},
	Run: func(p *engine.Pass) {
		if p.Incomplete() {
			return
		}
		for _, dir := range p.UnusedCharts() {
			// Of a release that is there and not listed, resource-unlisted tells.
			if !slices.ContainsFunc(p.UnlistedObjects(), func(o *rollout.Object) bool { return path.Dir(o.File) == dir }) {
				p.Report(rollout.InFile(path.Join(dir, "Chart.yaml"), 0), "no release takes this chart")
			}
		}
	},
}
