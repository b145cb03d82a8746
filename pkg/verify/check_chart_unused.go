package verify

import (
	"path"
	"slices"

	"github.com/aicr-flux/aicr/internal/rollout"
)

var chartUnused = &Check{
	ID:       "chart-unused",
	Group:    GroupCharts,
	Severity: SeverityWarning,
	Title:    "Each chart of the bundle is installed by a release",
	Why: `A directory with a Chart.yaml looks like something that is installed. Where no release takes it, it is not: the release may
be missing, or take its chart from elsewhere.`,
	Remedy: "Let a release take the chart, or remove the directory.",
	Bad:    `gpu-operator-pre/Chart.yaml   # and no HelmRelease with this path`,
	unless: []string{"object-metadata", "schema", "core-schema", "source-missing", "chart-path", "artifact-path"},
	run: func(p *pass) {
		if p.incomplete() {
			return
		}
		for _, dir := range p.unusedCharts() {
			// Of a release that is there and not listed, resource-unlisted tells.
			if !slices.ContainsFunc(p.unlisted(), func(o *rollout.Object) bool { return path.Dir(o.File) == dir }) {
				p.report(rollout.InFile(path.Join(dir, "Chart.yaml"), 0), "no release takes this chart")
			}
		}
	},
}
