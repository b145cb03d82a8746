package checks

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartLint = &engine.Check{
	ID:       "chart-lint",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityWarning,
	Title:    "Local charts have nothing that helm lint complains of",
	Remedy:   "Fix the chart, or generate the bundle again.",
	Run: func(p *engine.Pass) {
		for _, c := range p.EachChart() {
			if c.LintErr != "" {
				p.Unseen("%s: %s", c.Source.Dir, c.LintErr)
			}
			texts := map[string][]string{}
			for _, m := range c.Lint {
				file := cmp.Or(c.Source.Files[m.Path], c.Place().File)
				texts[file] = append(texts[file], m.Text)
			}
			for _, file := range slices.Sorted(maps.Keys(texts)) {
				p.Report(rollout.InFile(file, 0), "%s", strings.Join(slices.Compact(texts[file]), "; "))
			}
		}
	},
}
