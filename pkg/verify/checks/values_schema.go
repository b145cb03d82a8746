package checks

import (
	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var valuesSchema = &engine.Check{
	ID:       "values-schema",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "The values of each local chart fit its values.schema.json",
	Why: `Helm validates the values against the schema of the chart, and those of the charts inside it, before it renders anything.
Where they do not fit, the install or upgrade fails, and is tried again with the same outcome.`,
	Remedy: "Change the values of the release.",
	Bad: `# values.schema.json: {"properties": {"replicas": {"type": "integer"}}}
values:
  replicas: "2"`,
	Run: func(p *engine.Pass) {
		for _, c := range p.Charts() {
			for _, e := range c.RenderErrs {
				if e.Kind == chart.KindValues && !unsureOf(p, c) {
					p.Report(c.Release.Place("spec", "values"), "%s", e.Message)
				}
			}
		}
	},
}
