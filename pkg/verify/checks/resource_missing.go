package checks

import (
	"slices"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var resourceMissing = &engine.Check{
	ID:       "resource-missing",
	Group:    engine.GroupBuild,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each resource of a kustomization is there",
	Remedy:   "Add the file, or remove the entry.",
	Run: func(p *engine.Pass) {
		for _, entry := range slices.Concat(p.Listing.Entries, p.Listing.Parts) {
			switch entry.State {
			case rollout.EntryMissing:
				// Of what is there and no file of its own, flux-ignored tells.
				if _, there := p.Tree.Info(entry.Target); !there {
					p.Report(entry.Place, "there is no %q", rollout.WithoutUser(entry.Text))
				}
			case rollout.EntryBareDir:
				p.Advise(entry.Place, "List the files in it, or write a kustomization.yaml that does.",
					"%q is a directory without a kustomization", entry.Text)
			}
		}
	},
}
