package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

var valuesMap = &engine.Check{
	ID:       "values-map",
	Group:    engine.GroupSchema,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "The inline values of a release are a map",
	Why: `The API server takes anything for the values of a HelmRelease. helm-controller passes over what is no map, without a word: the
release goes out with the defaults of its chart. Mostly the values became text, by a "|" too many, or a list, by a dash.`,
	Remedy: "Write the values as a YAML map.",
	Bad: `kind: HelmRelease
spec:
  values: |
    driver:
      enabled: false`,
	Run: func(p *engine.Pass) {
		for _, release := range p.Releases {
			values := release.Get("spec", "values")
			if _, isMap := values.(map[string]any); values != nil && !isMap {
				p.Report(release.Place("spec", "values"), "the values are no map, so that helm-controller passes over all of them")
			}
		}
	},
}
