package verify

import "github.com/aicr-flux/aicr/internal/helmchart"

var valuesSchema = &Check{
	ID:       "values-schema",
	Group:    GroupCharts,
	Severity: SeverityError,
	Title:    "The values of each local chart fit its values.schema.json",
	Why: `Helm validates the values against the schema of the chart, and those of the charts inside it, before it renders anything.
Where they do not fit, the install or upgrade fails, and is tried again with the same outcome.`,
	Remedy: "Change the values of the release.",
	Bad: `# values.schema.json: {"properties": {"replicas": {"type": "integer"}}}
values:
  replicas: "2"`,
	run: func(p *pass) {
		for _, c := range p.charts() {
			for _, e := range c.renderErrors() {
				if e.Kind == helmchart.KindValues && !p.unsureOf(c) {
					p.report(c.Release.Place("spec", "values"), "%s", e.Message)
				}
			}
		}
	},
}
