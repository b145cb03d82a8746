package checks

import (
	"slices"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var valuesUnused = &engine.Check{
	ID:       "values-unused",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "Each ConfigMap of values is read by a release",
	Remedy:   "Name the ConfigMap in the valuesFrom of its release, or remove it.",
	// There the name may just be misspelt.
	Unless: []string{"object-metadata", "schema", "api-removed", "core-schema", "values-missing"},
	Run: func(p *engine.Pass) {
		if p.Incomplete() {
			return
		}
		used := map[rollout.Ref]bool{}
		releases := p.Releases
		for _, o := range p.UnlistedObjects() {
			if release := rollout.ReleaseOf(o); release != nil {
				releases = append(slices.Clip(releases), release)
			}
		}
		for _, release := range releases {
			for _, from := range release.ValuesFrom {
				used[from.Ref] = true
			}
		}
		for _, o := range p.Objects {
			substitutes, _ := o.Get("spec", "postBuild", "substituteFrom").([]any)
			for i := range substitutes {
				at := []any{"spec", "postBuild", "substituteFrom", i}
				used[rollout.Ref{Kind: o.Text(append(at, "kind")...), Namespace: o.Namespace, Name: o.Text(append(at, "name")...)}] = true
			}
		}
		for _, o := range p.Objects {
			if o.Kind == "ConfigMap" && o.Group() == "" && !used[o.Ref] && holdsValues(o) {
				p.Report(o.Place(), "no release reads it")
			}
		}
	},
}

// holdsValues reports whether a ConfigMap looks like one for a release.
func holdsValues(o *rollout.Object) bool {
	return o.Get("data", "values.yaml") != nil || o.Text("metadata", "labels", "reconcile.fluxcd.io/watch") == "Enabled"
}
