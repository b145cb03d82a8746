package checks

import (
	"path"
	"strings"

	"github.com/aicr-flux/aicr/pkg/verify/engine"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

var chartForeignFile = &engine.Check{
	ID:       "chart-foreign-file",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityWarning,
	Title:    "No local chart holds the release that installs it",
	Why: `Helm takes every file of a chart's directory into the chart. With helmrelease.yaml among them each edit of a value makes a
new chart, and the release is upgraded twice: for the value, and for the chart. The values also end up in the Secret in
which Helm keeps the release, as a file of the chart.`,
	Remedy: "Name the files in the .helmignore of the chart, or let the ArtifactGenerator copy only Chart.yaml, templates and charts.",
	Bad: `gpu-operator-pre/Chart.yaml
gpu-operator-pre/helmrelease.yaml   # and no .helmignore`,
	Run: func(p *engine.Pass) {
		listed := map[string]bool{}
		for _, entry := range p.Listing.Entries {
			listed[entry.Target] = entry.State == rollout.EntryFile
		}
		for _, c := range p.EachChart() {
			if c.Chart == nil {
				continue
			}
			var foreign []string
			for _, name := range c.Chart.Files {
				if file := c.Source.Files[name]; listed[file] && !strings.HasPrefix(name, "templates/") {
					foreign = append(foreign, path.Base(file))
				}
			}
			if len(foreign) > 0 {
				p.Report(rollout.InFile(path.Join(c.Source.Dir, "Chart.yaml"), 0), "%s ends up in the chart", strings.Join(foreign, ", "))
			}
		}
	},
}
