package checks

import (
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var fluxSchema = &engine.Check{
	ID:       "schema",
	Group:    engine.GroupSchema,
	Severity: engine.SeverityError,
	Title:    "Each Flux object fits its CRD",
	Remedy:   "Correct the field; `kubectl explain` describes it.",
	Run: func(p *engine.Pass) {
		for _, kind := range unknownFlux(p) {
			p.Unseen("%s", kind)
		}
		for _, j := range p.Judgements() {
			switch {
			case j.Err != nil:
				p.Unseen("%s cannot be judged: %s", j.Object.Ref, j.Err)
			case len(j.Served) == 0:
				at := j.Object.Place("apiVersion")
				p.Advise(at, "Write a kind and a version that Flux has.", "Flux has no %s%s", j.Kind, similar(p, j.Kind))
			}
			if len(j.Problems) == 0 && j.Err == nil && len(j.Served) > 0 && j.Object.Get("spec") == nil && j.Kind.Kind != engine.ExternalArtifact {
				p.Report(j.Object.Place("spec"), "the object has no spec: the API server takes it, and its controller can do nothing with it")
			}
			for _, problem := range j.Problems {
				if problem.Elsewhere == "" && !substitutes(j.Object, problem.Path...) {
					p.Report(j.Object.Place(problem.Path...), "%s", problem.Text)
				}
			}
		}
	},
}

// unknownFlux says of which kinds of Flux there is no schema here.
func unknownFlux(p *engine.Pass) []string {
	var all []string
	seen := map[string]bool{}
	for _, o := range p.Objects {
		group := o.Group()
		if !strings.HasSuffix(group, ".fluxcd.io") || kubeschema.KnownGroup(group) || seen[o.APIVersion+o.Kind] {
			continue
		}
		seen[o.APIVersion+o.Kind] = true
		all = append(all, fmt.Sprintf("there is no schema here for %s %s", o.APIVersion, o.Kind))
	}
	return all
}

// similar says what the chosen line has that comes near to a kind that it does not have.
func similar(p *engine.Pass, kind kubeschema.Kind) string {
	var names []string
	for _, k := range kubeschema.Siblings(p.FluxVersion(), kind) {
		if k.Kind == kind.Kind {
			return fmt.Sprintf("; the version is %s", k.Version)
		}
		names = append(names, k.Kind)
	}
	return fmt.Sprintf("; %s has %s", kind.Group, strings.Join(names, ", "))
}
