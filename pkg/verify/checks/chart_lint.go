package checks

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/verify/engine"

	"github.com/aicr-flux/aicr/internal/helmchart"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

var chartLint = &engine.Check{
	ID:       "chart-lint",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityWarning,
	Title:    "Local charts have nothing that helm lint complains of",
	Why: `Helm takes what it ought not to, and helm lint says so: an appVersion that YAML reads as a number, a CRD in crds/ that is
none, a chart with fields of an older format. This check comes to the same verdicts on Chart.yaml, crds/ and charts/, and looks at
the CRDs of charts inside the chart, too. Left out are helm lint's advice, such as to add an icon, and the addresses of maintainers.`,
	Remedy: "Mend the chart, or generate the bundle again.",
	Bad: `apiVersion: v2
name: gpu-operator-pre
version: 0.1.0-h1a2b3c4d5e6f
appVersion: 25.3`,
	Run: func(p *engine.Pass) {
		all := p.EachChart()
		texts := make([]map[string][]string, len(all))
		errs := make([]error, len(all))
		parallel.Each(len(all), func(i int) {
			if all[i].Chart != nil && p.Ctx.Err() == nil {
				texts[i], errs[i] = lintTexts(all[i])
			}
		})
		for i, c := range all {
			if errs[i] != nil {
				p.Unseen("%s: %s", c.Source.Dir, oneLine(errs[i]))
			}
			for _, file := range slices.Sorted(maps.Keys(texts[i])) {
				p.Report(rollout.InFile(file, 0), "%s", strings.Join(texts[i][file], "; "))
			}
		}
	},
}

// lint returns what is worth telling, by file of the bundle.
func lintTexts(c *engine.LocalChart) (texts map[string][]string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("a look at its metadata and CRDs panics: %v", r)
		}
	}()
	texts = map[string][]string{}
	for _, m := range helmchart.Lint(c.Chart) {
		file := cmp.Or(c.Source.Files[m.Path], path.Join(c.Source.Dir, "Chart.yaml"))
		texts[file] = append(texts[file], m.Text)
	}
	return texts, nil
}
