package checks

import (
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var targetNamespace = &engine.Check{
	ID:       "target-namespace",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "No release is installed among Flux's own objects by accident",
	Remedy:   "Set spec.targetNamespace, and storageNamespace to the same.",
	Run: func(p *engine.Pass) {
		// Namespaces from which some releases are installed into others.
		apart := map[string]*rollout.Release{}
		for _, release := range p.Releases {
			if release.TargetNamespace != release.Namespace && apart[release.Namespace] == nil {
				apart[release.Namespace] = release
			}
		}
		for _, release := range p.Releases {
			if other := apart[release.Namespace]; other != nil && release.Text("spec", "targetNamespace") == "" && !p.FoundOn(release.Object, "schema") {
				p.Report(release.Place("spec"), "without a targetNamespace it is installed into namespace %q, which others, such as %s, only lie in", release.Namespace, other.Ref)
			}
		}
	},
}
