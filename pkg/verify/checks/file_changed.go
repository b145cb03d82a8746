package checks

import (
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var fileChanged = &engine.Check{
	ID:       "file-changed",
	Group:    engine.GroupIntegrity,
	Severity: engine.SeverityError,
	Title:    "Every file is as it was generated",
	Remedy:   "Make the change in the recipe and generate the bundle again, or put the file back.",
	Run: func(p *engine.Pass) {
		for _, entry := range p.Inventory().Entries {
			at := rollout.InFile(entry.Path, 0)
			switch {
			case entry.Err != nil:
				p.Unseen("%s cannot be read: %s", entry.Path, entry.Err)
			case entry.Sum == "" || entry.Sum == entry.SHA256:
			case entry.Editable:
				p.Add(engine.SeverityInfo, at, "Nothing has to be done: the next run keeps the edits.", "it was edited, as it is meant to be")
			default:
				p.Report(at, "it is not what checksums.txt says: its SHA-256 begins with %.12s, not with %.12s", entry.Sum, entry.SHA256)
			}
		}
	},
}
