package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

var versionRange = &engine.Check{
	ID:       "version-range",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "Each chart's version is a pin",
	Why: `A version that is not complete, such as 1.10, and an expression, such as >=1 or 1.x, are ranges: Flux takes the newest
chart that fits, and upgrades by itself when a newer one appears. Two clusters with the same bundle then run different
things, and nothing in Git says which.`,
	Remedy: "Write a complete version with three parts, such as 1.10.0.",
	Bad: `kind: HelmRelease
spec:
  chart:
    spec:
      chart: gpu-operator
      version: "25.3"`,
	Run: func(p *engine.Pass) {
		for _, pin := range p.Pins() {
			if !pin.Missing() && !pin.Complete() {
				p.Report(pin.Place(), "version %q is a range: Flux takes the newest chart that fits", pin.Version)
			}
		}
	},
}
