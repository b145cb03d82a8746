package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

var versionRange = &engine.Check{
	ID:       "version-range",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "Each chart's version is a pin",
	Remedy:   "Write a complete version with three parts, such as 1.10.0.",
	Run: func(p *engine.Pass) {
		for _, pin := range p.Pins() {
			if !pin.Missing() && !pin.Complete() && pin.Broken() == nil {
				p.Report(pin.Place(), "version %q is a range: Flux takes the newest chart that fits", pin.Version)
			}
		}
	},
}
