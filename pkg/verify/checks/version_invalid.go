package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

var versionInvalid = &engine.Check{
	ID:       "version-invalid",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each chart's version is a version, or a range of versions",
	Remedy:   "Write a complete version with three parts, such as 1.10.0.",
	Run: func(p *engine.Pass) {
		for _, pin := range p.Pins() {
			if err := pin.Broken(); err != nil && !pin.Missing() {
				p.Report(pin.Place(), "%s", err)
			}
		}
	},
}
