package verify

import "github.com/aicr-flux/aicr/pkg/bundle"

var checksumsInvalid = &Check{
	ID:       "checksums-invalid",
	Group:    GroupIntegrity,
	Severity: SeverityError,
	Title:    "checksums.txt is a list of the bundle's files",
	Why: `The list says which files are the bundle's, and what is in them. One that cannot be read, that leads out of the bundle with
an absolute path or "..", or that is not in the one form that a bundle has, proves nothing; and a later run of aicr would take
files for its own that are not.

Each line is the SHA-256 in lower-case hex, two spaces, and a path relative to the bundle; the lines are sorted by path, and
files meant for editing follow a line "# editable".`,
	Remedy: "Generate the bundle again, and do not edit checksums.txt.",
	Bad:    `e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  /home/me/bundle/README.md`,
	run: func(p *pass) {
		inv := p.inventory()
		if !inv.present {
			p.unseen("there is no %s, so nothing tells whether the files are as they were generated", bundle.ChecksumsFile)
		}
		if inv.problem != nil {
			p.report(inv.problem.Place, "%s", inv.problem.Text)
		}
	},
}
