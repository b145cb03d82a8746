package verify

import (
	stderrors "errors"
	"path"

	"github.com/aicr-flux/aicr/internal/helmchart"
	"github.com/aicr-flux/aicr/internal/rollout"
)

var chartLoad = &Check{
	ID:       "chart-load",
	Group:    GroupCharts,
	Severity: SeverityError,
	Title:    "Helm loads each local chart",
	Why: `source-controller loads a chart before it offers it, and helm-controller before it installs it, both with Helm's own code,
which loads it here. A Chart.yaml without a name, a version that is no semantic version, a packed chart that is damaged: the
release stays not ready.`,
	Remedy: "Mend the chart, or generate the bundle again.",
	Bad: `apiVersion: v2
name: gpu-operator-pre
# no version`,
	run: func(p *pass) {
		for _, c := range p.eachChart() {
			var e *helmchart.Error
			if c.LoadErr == nil || stderrors.As(c.LoadErr, &e) && e.Kind == helmchart.KindSize {
				continue
			}
			p.report(rollout.InFile(path.Join(c.Source.Dir, "Chart.yaml"), 0), "%s", oneLine(c.LoadErr))
		}
	},
}
