package checks

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/verify/engine"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

var chartLint = &engine.Check{
	ID:       "chart-lint",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityWarning,
	Title:    "Local charts have nothing that helm lint complains of",
	Why: `Helm takes what it ought not to, and helm lint says so: an appVersion that YAML reads as a number, a CRD in crds/ that is
not one, a chart with fields of an older format. This check runs helm lint's own rules for Chart.yaml, crds/ and charts/. Left out is
what they only advise, such as to add an icon.`,
	Remedy: "Mend the chart, or generate the bundle again.",
	Bad: `apiVersion: v2
name: gpu-operator-pre
version: 0.1.0-h1a2b3c4d5e6f
appVersion: 25.3`,
	Run: func(p *engine.Pass) {
		for _, c := range p.EachChart() {
			if c.LintErr != "" {
				p.Unseen("%s: %s", c.Source.Dir, c.LintErr)
			}
			texts := map[string][]string{}
			for _, m := range c.Lint {
				file := cmp.Or(c.Source.Files[m.Path], path.Join(c.Source.Dir, "Chart.yaml"))
				texts[file] = append(texts[file], m.Text)
			}
			for _, file := range slices.Sorted(maps.Keys(texts)) {
				p.Report(rollout.InFile(file, 0), "%s", strings.Join(slices.Compact(texts[file]), "; "))
			}
		}
	},
}
