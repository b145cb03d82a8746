package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

var sourceMissing = &engine.Check{
	ID:       "source-missing",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each source that a chart comes from exists",
	Remedy:   "Add the source, correct the name, or name it as external where the cluster has it already.",
	Run: func(p *engine.Pass) {
		for _, use := range p.SourceUses() {
			kind := use.Place
			kind.Path += ".kind"
			if !use.Bundle && !p.Known(use.Ref) && !p.FoundAt(kind) { // no such kind of sources, says the schema
				p.Report(use.Place, "it needs %s, which does not exist", use.Ref)
			}
		}
	},
}
