package checks

import (
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var checksumsInvalid = &engine.Check{
	ID:       "checksums-invalid",
	Group:    engine.GroupIntegrity,
	Severity: engine.SeverityError,
	Title:    "checksums.txt is a list of the bundle's files",
	Remedy:   "Generate the bundle again, and do not edit checksums.txt.",
	Run: func(p *engine.Pass) {
		inv := p.Inventory()
		if !inv.Present {
			p.Unseen("there is no %s, so nothing tells whether the files are as they were generated", bundle.ChecksumsFile)
		}
		if inv.Problem != nil {
			p.Report(inv.Problem.Place, "%s", inv.Problem.Text)
		}
	},
}
