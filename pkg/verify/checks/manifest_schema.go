package checks

import (
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var manifestSchema = &engine.Check{
	ID:       "manifest-schema",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "What local charts render is what the API server takes",
	Remedy:   "Correct the template, or the value that it puts there.",
	Run: func(p *engine.Pass) {
		var unknown []string
		noted := map[string]bool{}
		for _, m := range p.Resources() {
			if p.Ctx.Err() != nil {
				return
			}
			j := rendered(p.Scene, m)
			problems, known := j.judge(p)
			if id := j.apiVersion + " " + j.kind; !known && !noted[id] {
				noted[id] = true
				unknown = append(unknown, id)
			}
			for _, problem := range append(problems, metadataProblems(p.Scene, j)...) {
				if !j.chartVersion(problem.Path) {
					p.Report(j.place(problem.Path...), "%s", j.refused(problem))
				}
			}
		}
		if len(unknown) > 0 {
			slices.Sort(unknown)
			p.Unseen("there is no schema here for what charts render of %s", strings.Join(unknown, ", "))
		}
	},
}

// chartVersion reports whether the value at path holds the chart's version with a plus sign, which
// chart-version-label explains better.
func (j judged) chartVersion(path []any) bool {
	text, _ := rollout.At(j.content, path...).(string)
	version := j.by.Chart.Version
	return strings.Contains(version, "+") && strings.Contains(text, version)
}
