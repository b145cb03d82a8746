package checks

import (
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var dependencyDuplicate = &engine.Check{
	ID:       "dependency-duplicate",
	Group:    engine.GroupOrder,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "Each release names what it waits for once",
	Remedy:   "Remove one of the entries, or name the release that was meant.",
	Run: func(p *engine.Pass) {
		for _, release := range p.Releases {
			seen := map[rollout.Ref]bool{}
			for _, dependency := range release.DependsOn {
				if seen[dependency.Ref] {
					p.Report(dependency.Place, "it waits for %s twice", dependency.Ref)
				}
				seen[dependency.Ref] = true
			}
		}
	},
}
