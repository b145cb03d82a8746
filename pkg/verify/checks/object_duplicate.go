package checks

import (
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var objectDuplicate = &engine.Check{
	ID:       "object-duplicate",
	Group:    engine.GroupBuild,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each object is there, and is made, once",
	Remedy:   "Rename one of the two, or remove it.",
	Run: func(p *engine.Pass) {
		type id struct {
			group string
			rollout.Ref
		}
		first := map[id]*rollout.Object{}
		made := map[rollout.Ref]rollout.Place{}
		for _, o := range p.Objects {
			key := id{o.Group(), o.Ref}
			if before := first[key]; before != nil {
				p.Report(o.Place("metadata", "name"), "%s is there already, at %s", o.Ref, rollout.InFile(before.File, before.Line))
				continue
			}
			first[key] = o
			for i, ref := range rollout.Made(o) {
				at := o.Place("spec", "artifacts", i, "name")
				if before, twice := made[ref]; twice && ref.Name != "" {
					p.Report(at, "%s is made already, at %s", ref, rollout.InFile(before.File, before.Line))
					continue
				}
				made[ref] = at
			}
		}
	},
}
