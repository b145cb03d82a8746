package checks

import (
	"slices"

	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartNameCheck = &engine.Check{
	ID:       "chart-name",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each chart from a repository has a name that Flux takes",
	Remedy:   "Correct the name, or put the chart into the bundle, where its name is not looked at.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			switch {
			case o.Kind == "HelmRelease" && o.Group() == "helm.toolkit.fluxcd.io":
				named(p, o, "spec", "chart", "spec")
			case o.Kind == "HelmChart" && engine.IsSource(o):
				named(p, o, "spec")
			}
		}
	},
}

// named looks at the name of the chart at the path of a HelmChart's spec.
func named(p *engine.Pass, o *rollout.Object, spec ...any) {
	at := slices.Concat(spec, []any{"chart"})
	name := o.Text(at...)
	if o.Text(slices.Concat(spec, []any{"sourceRef", "kind"})...) != "HelmRepository" || name == "" || substitutes(o, at...) {
		return
	}
	if err := recipe.CheckChartName(name); err != nil {
		p.Report(o.Place(at...), "%s", err)
	}
}
