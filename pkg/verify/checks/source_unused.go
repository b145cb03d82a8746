package checks

import (
	"slices"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var sourceUnused = &engine.Check{
	ID:       "source-unused",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "Each source of the bundle is used",
	Remedy:   "Remove the source, or let a release use it.",
	// There the name may just be misspelt.
	Unless: []string{"object-metadata", "schema", "api-removed", "core-schema", "source-missing", "chart-path"},
	Run: func(p *engine.Pass) {
		if p.Incomplete() {
			return
		}
		used := map[rollout.Ref]bool{}
		for _, use := range p.SourceUses() {
			used[use.Ref] = true
		}
		for _, o := range p.UnlistedObjects() {
			for _, use := range engine.SourcesOf(o) {
				used[use.Ref] = true
			}
		}
		for _, o := range p.Objects {
			if engine.IsSource(o) && !used[o.Ref] {
				p.Report(o.Place(), "nothing uses it")
			}
			for i, made := range rollout.Made(o) {
				if !used[made] && !ofRepository(o) {
					p.Report(o.Place("spec", "artifacts", i), "nothing uses the %s", made)
				}
			}
		}
	},
}

// ofRepository reports whether an ArtifactGenerator divides a repository, of which the bundle is a
// part, so that what it makes may be for another part.
func ofRepository(generator *rollout.Object) bool {
	return slices.ContainsFunc(engine.SourcesOf(generator), func(use engine.SourceUse) bool {
		return use.Kind == "GitRepository" || use.Kind == "Bucket"
	})
}
