package checks

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var manifestSchema = &engine.Check{
	ID:       "manifest-schema",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "What local charts render has the fields that its kind has",
	Remedy:   "Correct the template, or the value that it puts there.",
	Run: func(p *engine.Pass) {
		var unknown []string
		noted := map[string]bool{}
		for _, m := range p.Resources() {
			problems, known := manifestProblems(p, m)
			if id := m.TextAt("apiVersion") + " " + m.Kind(); !known && !noted[id] {
				noted[id] = true
				unknown = append(unknown, id)
			}
			for _, problem := range problems {
				at := m.Place(p.Scene)
				at.Path = rollout.Dotted(problem.Path...)
				p.Report(at, "%s renders a %s that the API server refuses: %s", m.Chart.Release.Ref, m.Kind(), problem.Text)
			}
		}
		if len(unknown) > 0 {
			slices.Sort(unknown)
			p.Unseen("there is no schema here for what charts render of %s", strings.Join(unknown, ", "))
		}
	},
}

// manifestProblems says why a rendered object is refused, and whether its kind is known. That
// entries of a list have one key is another check's.
func manifestProblems(p *engine.Pass, m engine.Resource) (problems []kubeschema.Problem, known bool) {
	if p.Ctx.Err() != nil {
		return nil, false
	}
	apiVersion := m.TextAt("apiVersion")
	kind := kubeschema.Kind{Group: m.Group(), Version: path.Base(apiVersion), Kind: m.Kind()}
	if schema := kubeschema.Find(p.FluxVersion(), kind); schema != nil {
		problems, err := schema.Problems(p.Ctx, m.Object)
		return problems, err == nil
	}
	if engine.LostKind(apiVersion, m.Kind()) {
		text := fmt.Sprintf("Kubernetes has no %s in %s", m.Kind(), apiVersion)
		return []kubeschema.Problem{{Path: []any{"apiVersion"}, Text: text}}, true
	}
	return engine.CoreProblems(m.Object), engine.CoreKind(apiVersion, m.Kind())
}
