package checks

import (
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var artifactPath = &engine.Check{
	ID:       "artifact-path",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each ArtifactGenerator copies what is there, to where Helm finds it",
	Remedy:   "Correct the path of the copy, or generate the bundle again.",
	Run: func(p *engine.Pass) {
		charts := map[rollout.Ref]*rollout.Release{}
		for _, release := range p.Releases {
			charts[release.Source] = release
		}
		for _, o := range p.Objects {
			for _, made := range rollout.Made(o) {
				if a := p.Artifact(made); a != nil && a.Generator == o {
					composes(p, a, charts[made])
				}
			}
		}
	},
}

// composes judges one artifact, which may be the chart of a release.
func composes(p *engine.Pass, a *rollout.Artifact, release *rollout.Release) {
	if misspelt(p, a.Generator) {
		return // sources and copies may be there, under other names
	}
	for _, alias := range slices.Sorted(maps.Keys(a.Sources)) {
		if source := a.Sources[alias]; p.Object(source) != nil {
			p.Unseen("%s copies from %s, whose files are not in the bundle", a.Generator.Ref, source)
			return
		}
	}
	if slices.ContainsFunc(a.Rules, func(rule rollout.CopyRule) bool { return rule.Special }) {
		p.Unseen("%s copies with a strategy or an exclude", a.Generator.Ref)
		return
	}
	_, problems, elsewhere := a.Compose(p.Tree, p.Options.RepositoryPath)
	if elsewhere != "" {
		p.Unseen("%s copies %s, of which the bundle is only a part; set `RepositoryPath` or `Root`", a.Generator.Ref, elsewhere)
		return
	}
	if release != nil {
		problems = p.Source(release).Problems
	}
	for _, problem := range problems {
		p.Instead(problem.Place)
		p.Report(problem.Place, "%s", problem.Text)
	}
}

// misspelt reports whether the schema complains of the generator, and not only of the paths of a
// copy, which are told better here.
func misspelt(p *engine.Pass, generator *rollout.Object) bool {
	object := generator.String()
	return slices.ContainsFunc(p.Findings, func(f engine.Finding) bool {
		return f.Check == "schema" && f.File == generator.File && f.Object == object && !strings.HasSuffix(f.Path, ".from") && !strings.HasSuffix(f.Path, ".to")
	})
}
