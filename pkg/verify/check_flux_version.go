package verify

import (
	"strings"

	"github.com/aicr-flux/aicr/internal/fluxschema"
)

var fluxVersion = &Check{
	ID:       "flux-version",
	Group:    GroupSchema,
	Severity: SeverityError,
	Title:    "The chosen Flux version has everything that the bundle uses",
	Why: `Fields, values and whole kinds come, and old versions of an API go, from one Flux line to the next. The API server of a
cluster with another Flux refuses the object, as if the field were misspelled, and nothing of the bundle is applied.

The bundle is held against the newest line that is known here, unless another one is named.`,
	Remedy: "Update Flux on the cluster, or leave out what it does not have.",
	Bad: `# with --flux-version 2.7
kind: HelmRelease
spec:
  healthCheckExprs:        # Flux 2.8
    - apiVersion: v1
      kind: Service
      current: "true"`,
	run: func(p *pass) {
		for _, j := range p.judgements() {
			if len(j.served) > 0 && fluxschema.Find(p.fluxVersion(), j.kind) == nil {
				nearest := byDistance(j.served, p.fluxVersion())[0]
				p.advise(j.object.Place("apiVersion"), "Write the version that this Flux has, or change Flux on the cluster.",
					"Flux %s has no %s, Flux %s has%s", p.fluxVersion(), j.kind, nearest, p.similar(j.kind))
			}
			for _, problem := range j.problems {
				if problem.elsewhere != "" && !substitutes(j.object, problem.Path...) {
					// A near name would mislead: the field is right, for another line.
					why, _, _ := strings.Cut(problem.Text, "; did you mean")
					p.report(j.object.Place(problem.Path...), "Flux %s refuses it, Flux %s does not: %s", p.fluxVersion(), problem.elsewhere, why)
				}
			}
		}
	},
}
