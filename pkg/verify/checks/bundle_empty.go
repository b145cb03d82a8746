package checks

import (
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var bundleEmpty = &engine.Check{
	ID:       "bundle-empty",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "The bundle has objects",
	Remedy:   "Name the directory in which the bundle's kustomization.yaml lies, and list the bundle's objects there.",
	Run: func(p *engine.Pass) {
		if len(p.Objects) > 0 || len(p.Broken) > 0 {
			return
		}
		if p.Found("kustomize-build") {
			return
		}
		for _, entry := range p.Listing.Entries {
			if p.FoundIn(entry.File, entry.Line) {
				return // the entries do not lead anywhere, which is said there
			}
		}
		p.Report(rollout.InFile(p.Listing.File, 0), "the bundle has no objects")
	},
}
