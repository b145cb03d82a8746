package checks

import "github.com/aicr-flux/aicr/pkg/verify/engine"

var artifactRevision = &engine.Check{
	ID:       "artifact-revision",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityWarning,
	Quick:    true,
	Title:    "An artifact with a chart does not take the revision of its source",
	Remedy:   `Remove the revision, or write originRevision: "@bundle" instead.`,
	Run: func(p *engine.Pass) {
		for _, release := range p.Releases {
			a := p.Artifact(release.Source)
			if a == nil {
				continue
			}
			at := []any{"spec", "artifacts", a.Index, "revision"}
			if revision := a.Generator.Text(at...); revision != "" && !p.FoundAt(a.Generator.Place(at...)) {
				p.Report(a.Generator.Place(at...), "%s takes its chart from this artifact, and fails where the revision is a version that is not the chart's", release.Ref)
			}
		}
	},
}
