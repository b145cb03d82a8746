package checks

import (
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var resourceDuplicate = &engine.Check{
	ID:       "resource-duplicate",
	Group:    engine.GroupBuild,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "No resource is listed twice",
	Remedy:   "Remove one of the two entries.",
	Run: func(p *engine.Pass) {
		first := map[string]rollout.Place{}
		if p.Listing.File != "" {
			first["."] = rollout.InFile(p.Listing.File, 0)
		}
		for _, entry := range p.Listing.Entries {
			if entry.State != rollout.EntryFile && entry.State != rollout.EntryKustomization {
				continue
			}
			if before, twice := first[entry.Target]; twice {
				p.Report(entry.Place, "%q is taken in twice, first by %s", rollout.WithoutUser(entry.Text), before)
				continue
			}
			first[entry.Target] = entry.Place
		}
	},
}
