package verify

import (
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/internal/fluxschema"
)

var fluxSchema = &Check{
	ID:       "schema",
	Group:    GroupSchema,
	Severity: SeverityError,
	Title:    "Each Flux object fits its CRD",
	Why: `The API server holds each object against the CRD of its kind: the fields and their types, and rules between fields. One object
that does not fit is refused, and kustomize-controller, which first tries all objects without storing them, then applies none.

The schemas are those of Flux itself, of the version line that the bundle is held against.`,
	Remedy: "Correct the field; `kubectl explain` describes it.",
	Bad: `kind: HelmRelease
spec:
  interval: 30 minutes
  timeOut: 15m`,
	run: func(p *pass) {
		for _, kind := range p.unknownFlux() {
			p.unseen("%s", kind)
		}
		for _, j := range p.judgements() {
			switch {
			case j.err != nil:
				p.unseen("%s cannot be judged: %s", j.object.Ref, j.err)
			case len(j.served) == 0:
				at := j.object.Place("apiVersion")
				p.advise(at, "Write a kind and a version that Flux has.", "Flux has no %s%s", j.kind, p.similar(j.kind))
			}
			if len(j.problems) == 0 && j.err == nil && len(j.served) > 0 && j.object.Get("spec") == nil && j.kind.Kind != externalArtifact {
				p.report(j.object.Place("spec"), "the object has no spec: the API server takes it, and its controller can do nothing with it")
			}
			for _, problem := range j.problems {
				if problem.elsewhere == "" && !substitutes(j.object, problem.Path...) {
					p.report(j.object.Place(problem.Path...), "%s", problem.Text)
				}
			}
		}
	},
}

// unknownFlux says of which kinds of Flux there is no schema here.
func (p *pass) unknownFlux() []string {
	var all []string
	seen := map[string]bool{}
	for _, o := range p.Objects {
		group := o.Group()
		if !strings.HasSuffix(group, ".fluxcd.io") || fluxschema.KnownGroup(group) || seen[o.APIVersion+o.Kind] {
			continue
		}
		seen[o.APIVersion+o.Kind] = true
		all = append(all, fmt.Sprintf("there is no schema here for %s %s", o.APIVersion, o.Kind))
	}
	return all
}

// similar says what the chosen line has that comes near to a kind that it does
// not have.
func (p *pass) similar(kind fluxschema.Kind) string {
	var names []string
	for _, k := range fluxschema.Siblings(p.fluxVersion(), kind) {
		if k.Kind == kind.Kind {
			return fmt.Sprintf("; the version is %s", k.Version)
		}
		names = append(names, k.Kind)
	}
	return fmt.Sprintf("; %s has %s", kind.Group, strings.Join(names, ", "))
}
