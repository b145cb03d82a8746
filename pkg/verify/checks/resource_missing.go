package checks

import (
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var resourceMissing = &engine.Check{
	ID:       "resource-missing",
	Group:    engine.GroupBuild,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each resource of a kustomization is there",
	Why: `kustomize-controller builds all or nothing: one entry that leads to no file, or to a directory without a kustomization,
fails the build, and nothing of the bundle is applied.`,
	Remedy: "Add the file, or remove the entry.",
	Bad: `resources:
- gpu-operator/helmrelase.yaml`,
	Run: func(p *engine.Pass) {
		for _, entry := range p.Listing.Entries {
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
