package checks

import (
	"strings"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var fluxVersion = &engine.Check{
	ID:       "flux-version",
	Group:    engine.GroupSchema,
	Severity: engine.SeverityError,
	Title:    "The chosen Flux version has everything that the bundle uses",
	Remedy:   "Update Flux on the cluster, or leave out what it does not have.",
	Run: func(p *engine.Pass) {
		for _, j := range p.Judgements() {
			if len(j.Served) > 0 && kubeschema.Find(p.FluxVersion(), j.Kind) == nil {
				nearest := engine.ByDistance(j.Served, p.FluxVersion())[0]
				p.Advise(j.Object.Place("apiVersion"), "Write the version that this Flux has, or change Flux on the cluster.",
					"Flux %s has no %s, Flux %s has%s", p.FluxVersion(), j.Kind, nearest, similar(p, j.Kind))
			}
			for _, problem := range j.Problems {
				if problem.Elsewhere != "" && !substitutes(j.Object, problem.Path...) {
					// A near name would mislead: the field is right, for another line.
					why, _, _ := strings.Cut(problem.Text, "; did you mean")
					p.Report(j.Object.Place(problem.Path...), "Flux %s refuses it, Flux %s does not: %s", p.FluxVersion(), problem.Elsewhere, why)
				}
			}
		}
	},
}
