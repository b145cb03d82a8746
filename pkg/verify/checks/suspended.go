package checks

import (
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var suspended = &engine.Check{
	ID:       "suspended",
	Group:    engine.GroupOrder,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Nothing that others wait for is suspended",
	Remedy:   "Remove the suspension, or remove the object and what depends on it from the bundle.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			at, stopped := suspension(o)
			if !stopped {
				continue
			}
			switch waiting := waitingFor(p.Scene, o.Ref); {
			case waiting > 0:
				verb := "wait"
				if waiting == 1 {
					verb = "waits"
				}
				p.Report(at, "Flux does nothing about it, and %s %s for it", engine.Plural(waiting, "release"), verb)
			case isFlux(o.Group()):
				p.Warn(at, "Flux does nothing about it")
			default:
				p.Warn(at, "Flux does not apply it")
			}
		}
	},
}

// suspension returns where an object says that Flux shall leave it alone.
func suspension(o *rollout.Object) (at rollout.Place, stopped bool) {
	const annotation = "kustomize.toolkit.fluxcd.io/reconcile"
	if strings.EqualFold(o.Text("metadata", "annotations", annotation), "disabled") {
		return o.Place("metadata", "annotations", annotation), true
	}
	if on, _ := o.Get("spec", "suspend").(bool); on && isFlux(o.Group()) {
		return o.Place("spec", "suspend"), true
	}
	return rollout.Place{}, false
}

// waitingFor counts the releases that cannot go on without the object: those Behind a release, and
// those that take their chart from a source.
func waitingFor(s *engine.Scene, ref rollout.Ref) int {
	if waiting, ok := s.Order().Behind(ref); ok {
		return waiting
	}
	count := 0
	for _, release := range s.Releases {
		if release.Source == ref || comesFrom(s, release.Source, ref) {
			count++
		}
	}
	return count
}

// comesFrom reports whether a generated artifact is made by the generator, or from the source.
func comesFrom(s *engine.Scene, artifact, ref rollout.Ref) bool {
	a := s.Artifact(artifact)
	return a != nil && (a.Generator.Ref == ref || slices.Contains(slices.Collect(maps.Values(a.Sources)), ref))
}
