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
	Why: `The list says which files are the bundle's, and what is in them. One that cannot be read, that leads out of the bundle with
an absolute path or "..", or that is not in the one form that a bundle has, proves nothing; and a later run of aicr would take
files for its own that are not.

Each line is the SHA-256 in lower-case hex, two spaces, and a path relative to the bundle; the lines are sorted by path, and
files meant for editing follow a line "# editable".`,
	Remedy: "Generate the bundle again, and do not edit checksums.txt.",
	Bad:    `e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  /home/me/bundle/README.md`,
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
