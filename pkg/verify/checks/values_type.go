package checks

import (
	"github.com/aicr-flux/aicr/pkg/values"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var valuesType = &engine.Check{
	ID:       "values-type",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityWarning,
	Title:    "Each value of a release is of the type that its chart expects",
	Remedy:   "Write the value as the chart's default is written.",
	Unless:   []string{"values-schema"},
	Run: func(p *engine.Pass) {
		for _, c := range p.JudgedValues() {
			for _, clash := range c.Clashes {
				if text, _ := values.Get(c.Values, clash.Path); isVariable(text) && !guarded(c.Release.Object) {
					continue // it becomes what the cluster gives
				}
				p.Advise(valuePlace(p, c.Release, clash.Path), clash.Hint, "%s is %s, and the chart's default is %s",
					values.JoinPath(clash.Path), clash.Given, clash.Default)
			}
		}
	},
}
