package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

var valuesMap = &engine.Check{
	ID:       "values-map",
	Group:    engine.GroupSchema,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "The inline values of a release are a map",
	Remedy:   "Write the values as a YAML map.",
	Run: func(p *engine.Pass) {
		for _, release := range p.Releases {
			values := release.Get("spec", "values")
			if _, isMap := values.(map[string]any); values != nil && !isMap {
				p.Report(release.Place("spec", "values"), "the values are not a map, so helm-controller ignores all of them")
			}
		}
	},
}
