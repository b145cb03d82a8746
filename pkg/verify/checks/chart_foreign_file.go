package checks

import (
	"path"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartForeignFile = &engine.Check{
	ID:       "chart-foreign-file",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityWarning,
	Title:    "No local chart holds the release that installs it",
	Remedy:   "Name the files in the .helmignore of the chart, or let the ArtifactGenerator copy only Chart.yaml, templates and charts.",
	Run: func(p *engine.Pass) {
		listed := map[string]bool{}
		for _, entry := range p.Listing.Entries {
			listed[entry.Target] = entry.State == rollout.EntryFile
		}
		for _, c := range p.EachLoadedChart() {
			var foreign []string
			for _, name := range c.Chart.Files {
				if file := c.Source.Files[name]; listed[file] && !strings.HasPrefix(name, "templates/") {
					foreign = append(foreign, path.Base(file))
				}
			}
			if len(foreign) > 0 {
				p.Report(c.Place(), "%s ends up in the chart", strings.Join(foreign, ", "))
			}
		}
	},
}
