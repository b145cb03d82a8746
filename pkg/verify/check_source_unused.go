package verify

import "github.com/aicr-flux/aicr/internal/rollout"

var sourceUnused = &Check{
	ID:       "source-unused",
	Group:    GroupReferences,
	Severity: SeverityWarning,
	Quick:    true,
	Title:    "Each source of the bundle is used",
	Why: `source-controller fetches a source whether something uses it or not. One that nothing uses costs traffic, and where it
cannot be fetched the Kustomization that applies the bundle is not ready with ` + "`wait: true`" + `.`,
	Remedy: "Remove the source, or let a release use it.",
	Bad: `# no HelmRelease has a sourceRef to it
kind: HelmRepository
metadata: {name: charts-jetstack-io, namespace: flux-system}`,
	// There the name may just be misspelt.
	unless: []string{"object-metadata", "schema", "core-schema", "source-missing", "chart-path"},
	run: func(p *pass) {
		if p.incomplete() {
			return
		}
		used := map[rollout.Ref]bool{}
		for _, use := range p.sourceUses() {
			used[use.Ref] = true
		}
		for _, o := range p.unlisted() {
			for _, use := range sourcesOf(o) {
				used[use.Ref] = true
			}
		}
		for _, o := range p.Objects {
			if isSource(o) && !used[o.Ref] {
				p.report(o.Place(), "nothing uses it")
			}
			for i, made := range rollout.Made(o) {
				if !used[made] {
					p.report(o.Place("spec", "artifacts", i), "nothing uses the %s", made)
				}
			}
		}
	},
}
