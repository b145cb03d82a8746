package checks

import (
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var releaseCollision = &engine.Check{
	ID:       "release-collision",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "No two releases are one Helm release",
	Remedy:   "Give one of them another releaseName or another storageNamespace.",
	Run: func(p *engine.Pass) {
		type identity struct{ namespace, name string }
		first := map[identity]*rollout.Release{}
		for _, release := range p.Releases {
			id := identity{release.StorageNamespace, release.ReleaseName}
			other, taken := first[id]
			if !taken {
				first[id] = release
			} else if other.Ref != release.Ref {
				p.Report(release.Place("spec", "releaseName"), "it is stored as Helm release %q in namespace %q, and so is %s", id.name, id.namespace, other.Ref)
			}
		}
	},
}
