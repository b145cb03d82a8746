package checks

import (
	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var coreSchema = &engine.Check{
	ID:       "core-schema",
	Group:    engine.GroupSchema,
	Severity: engine.SeverityError,
	Title:    "Each object of Kubernetes' own kinds is one that the API server takes",
	Remedy:   "Correct the field; `kubectl explain` describes it.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			own := ownObject(o)
			switch {
			case engine.Encrypted(o):
				p.Unseen("%s is encrypted with SOPS; the Kustomization that applies it must be able to decrypt it", o.Ref)
				continue
			case isFlux(o.Group()) || kubeschema.KnownGroup(o.Group()):
				continue // another check's
			}
			problems, known := own.judge(p)
			if !known {
				p.Unseen("there is no schema here for %s %s", o.APIVersion, o.Kind)
			}
			for _, problem := range problems {
				p.Report(own.place(problem.Path...), "%s", problem.Text)
			}
		}
	},
}
