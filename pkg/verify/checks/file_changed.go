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
	Why: `A file whose SHA-256 is another than the list says was edited, damaged or exchanged. The next run of aicr will not overwrite
it, and stops with a conflict.

Files meant for editing, the ConfigMaps of dynamic values, are reported as edited, which is no fault.`,
	Remedy: "Make the change in the recipe and generate the bundle again, or put the file back.",
	Bad: `# edited after checksums.txt was written
kind: HelmRelease
spec:
  timeout: 60m`,
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
