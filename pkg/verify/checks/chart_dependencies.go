package checks

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartDependencies = &engine.Check{
	ID:       "chart-dependencies",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "Each local chart holds the charts that it depends on",
	Remedy:   "Put the chart into charts/, in the version that Chart.yaml names.",
	Run: func(p *engine.Pass) {
		for _, c := range p.EachLoadedChart() {
			for _, d := range c.Chart.Parts.Dependencies {
				dependency(p, c, d)
			}
		}
	},
}

func dependency(p *engine.Pass, c *engine.LocalChart, d chart.Dependency) {
	at := c.Place()
	i := slices.IndexFunc(c.Chart.Parts.Inside, func(part *chart.Part) bool { return part.Name == d.Name })
	switch {
	case slices.ContainsFunc(c.Chart.Parts.Inside, d.Accepts):
	case i >= 0 && !c.Source.Local(): // its makers packed it so, and Helm takes it
	case i >= 0:
		p.Warn(at, "it depends on %s %s, and charts/ has %s", d.Name, d.Version, c.Chart.Parts.Inside[i].Version)
	case c.Source.Origin == rollout.OriginGit && strings.HasPrefix(d.Repository, "file://"):
		if !fs.ValidPath(path.Join(c.Source.Dir, strings.TrimPrefix(d.Repository, "file://"))) {
			p.Unrendered(c.Release)
			p.Unseen("%s is not rendered: its dependency %s lies outside of the bundle", c.Source.Dir, d.Name)
			return
		}
		p.Advise(at, "Correct the path, which is one from the directory of the chart.", "there is no chart at %s, from where it takes the dependency %s", d.Repository, d.Name)
	case c.Source.Origin == rollout.OriginGit && strings.Contains(d.Repository, "://"):
		p.Warn(at, "charts/ lacks the dependency %s %s, so that source-controller downloads it from %s", d.Name, d.Version, hostOf(d.Repository))
		p.Unrendered(c.Release)
		p.Unseen("%s is not rendered: it lacks the dependency %s", c.Source.Dir, d.Name)
	default:
		p.Report(at, "charts/ lacks the dependency %s %s", d.Name, d.Version)
	}
}
