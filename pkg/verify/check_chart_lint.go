package verify

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/helmchart"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/internal/rollout"
)

var chartLint = &Check{
	ID:       "chart-lint",
	Group:    GroupCharts,
	Severity: SeverityWarning,
	Title:    "helm lint has nothing against the local charts",
	Why: `helm lint knows what Helm still takes and ought not to: an appVersion that YAML reads as a number, a CRD in crds/ that is
none, a chart with fields of an older format. Its advice, such as to add an icon, is left out.`,
	Remedy: "Mend the chart, or generate the bundle again; `helm lint` on its directory gives the same message.",
	Bad: `apiVersion: v2
name: gpu-operator-pre
version: 0.1.0-h1a2b3c4d5e6f
appVersion: 25.3`,
	run: func(p *pass) {
		all := p.eachChart()
		texts := make([]map[string][]string, len(all))
		errs := make([]error, len(all))
		parallel.Each(len(all), func(i int) {
			if c := all[i]; c.Chart != nil && len(c.Chart.Missing) == 0 && p.ctx.Err() == nil {
				texts[i], errs[i] = c.lint()
			}
		})
		for i, c := range all {
			if errs[i] != nil {
				p.unseen("%s: %s", c.Source.Dir, oneLine(errs[i]))
			}
			for _, file := range slices.Sorted(maps.Keys(texts[i])) {
				p.report(rollout.InFile(file, 0), "%s", strings.Join(texts[i][file], "; "))
			}
		}
	},
}

// lint returns what is worth telling, by file of the bundle.
func (c *localChart) lint() (texts map[string][]string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("helm lint panics: %v", r)
		}
	}()
	messages, err := helmchart.Lint(c.Chart)
	texts = map[string][]string{}
	for _, m := range messages {
		if m.Severity != helmchart.SeverityInfo {
			file := cmp.Or(c.Source.Files[m.Path], path.Join(c.Source.Dir, "Chart.yaml"))
			texts[file] = append(texts[file], m.Text)
		}
	}
	return texts, err
}
