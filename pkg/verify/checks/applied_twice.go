package checks

import (
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var appliedTwice = &engine.Check{
	ID:       "applied-twice",
	Group:    engine.GroupOrder,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "One Kustomization applies the bundle in a cluster",
	Remedy:   "Remove all but one of them; set prune: false on those, and wait until Flux has seen it, before you do.",
	Run: func(p *engine.Pass) {
		if all := p.Options.Appliers; len(all) > 1 {
			p.Report(rollout.InFile(p.Listing.File, 0), "%s apply it in the same cluster", strings.Join(all, " and "))
		}
	},
}
