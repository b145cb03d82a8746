package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

// versionMissing is no error: Flux takes such a release, and it rolls out. What is lost is that the
// bundle says what runs.
var versionMissing = &engine.Check{
	ID:       "version-missing",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "Each chart from a repository has a version",
	Remedy:   "Write the complete version of the chart, such as 1.2.3, or a digest.",
	Run: func(p *engine.Pass) {
		for _, pin := range p.Pins() {
			if pin.Missing() {
				p.Report(pin.Place(), "no version is named, so that Flux takes the newest")
			}
		}
	},
}
