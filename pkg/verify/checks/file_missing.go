package checks

import (
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var fileMissing = &engine.Check{
	ID:       "file-missing",
	Group:    engine.GroupIntegrity,
	Severity: engine.SeverityError,
	Title:    "Every file that checksums.txt lists is there",
	Remedy:   "Put the file back, or generate the bundle again.",
	Run: func(p *engine.Pass) {
		for _, entry := range p.Inventory().Entries {
			if p.Tree.IsFile(entry.Path) {
				continue
			}
			what := "checksums.txt lists it, and it is not there"
			if info, ok := p.Tree.Info(entry.Path); ok {
				what = "checksums.txt lists it, and " + kindOfFile(info.Mode()) + " stands in its place"
			} else if p.Tree.IsDir(entry.Path) {
				what = "checksums.txt lists it, and a directory stands in its place"
			}
			p.Report(rollout.InFile(entry.Path, 0), "%s", what)
		}
	},
}
