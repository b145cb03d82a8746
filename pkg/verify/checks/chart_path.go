package checks

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartPath = &engine.Check{
	ID:       "chart-path",
	Group:    engine.GroupReferences,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each local chart lies where its release looks for it",
	Remedy:   "Correct the path, or generate the bundle again with `RepoPath`.",
	Unless:   []string{"source-missing"},
	Run: func(p *engine.Pass) {
		places, foreign := map[string][]*rollout.Release{}, map[string]bool{}
		own := ownRepositories(p)
		for _, release := range p.Releases {
			switch source := p.Source(release); {
			case source.Origin == rollout.OriginGit:
				places[source.RepositoryPath] = append(places[source.RepositoryPath], release)
			case source.Origin != rollout.OriginMissing || release.Chart == "":
			case own[release.Source]:
				noChart(p, release)
			default:
				foreign[release.Source.String()] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(foreign)) {
			p.Unseen("%s seems to be another repository; its charts are not in the bundle", name)
		}
		onePlace(p, places)
	},
}

// ownRepositories are the sources of which the bundle seems to be a part: one of their releases
// finds its chart, or comes near.
func ownRepositories(p *engine.Pass) map[rollout.Ref]bool {
	own := map[rollout.Ref]bool{}
	for _, release := range p.Releases {
		if kind := release.Source.Kind; kind != "GitRepository" && kind != "Bucket" {
			continue
		}
		anywhere := p.ChartSource(release, "").Origin == rollout.OriginGit
		if anywhere || release.Chart != "" && p.Tree.IsDir(path.Base(release.Chart)) || len(p.UnusedCharts()) > 0 {
			own[release.Source] = true
		}
	}
	return own
}

// noChart reports a release whose path leads to no chart of the bundle.
func noChart(p *engine.Pass, release *rollout.Release) {
	at := release.Place("spec", "chart", "spec", "chart")
	if elsewhere := p.ChartSource(release, ""); elsewhere.Origin == rollout.OriginGit {
		p.Report(at, "it looks for its chart in %q, as if the bundle lay in %q, and it lies in %q",
			release.Chart, elsewhere.RepositoryPath, path.Clean(p.Options.RepositoryPath))
		return
	}
	for _, dir := range p.UnusedCharts() {
		if dir == path.Dir(release.File) || path.Base(dir) == release.Name {
			p.Advise(at, "Correct the path.", "it looks for its chart in %q, and the bundle has %s", release.Chart, dir)
			return
		}
	}
	p.Report(at, "it looks for its chart in %q, and no directory of the bundle with a Chart.yaml fits that", release.Chart)
}

// onePlace reports the releases that take the bundle to lie where most others do not.
func onePlace(p *engine.Pass, places map[string][]*rollout.Release) {
	most := slices.SortedFunc(maps.Keys(places), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(places[b]), len(places[a])), cmp.Compare(a, b))
	})
	for _, place := range most[min(1, len(most)):] {
		release, others := places[place][0], ""
		if n := len(places[place]) - 1; n > 0 {
			others = fmt.Sprintf("; so do %d more", n)
		}
		p.Report(release.Place("spec", "chart", "spec", "chart"), "it looks for its chart in %q, as if the bundle lay in %q, and %s looks as if it lay in %q%s",
			release.Chart, place, places[most[0]][0].Ref, most[0], others)
	}
}
