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
	Remedy:   "Change the values of the release.",
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
