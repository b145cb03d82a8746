package checks

import (
	"path"
	"strings"

	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartIncomplete = &engine.Check{
	ID:       "chart-incomplete",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "Each local chart takes its templates and CRDs along",
	Remedy:   "Copy all of templates/ and crds/ to their places in the artifact, or remove the pattern from .helmignore.",
	Run: func(p *engine.Pass) {
		for _, c := range p.EachLoadedChart() {
			if !c.Source.Local() {
				continue
			}
			taken := map[string]bool{}
			for _, name := range c.Chart.Files {
				taken[c.Source.Files[name]] = name == strings.TrimPrefix(c.Source.Files[name], c.Source.Dir+"/")
			}
			for _, dir := range []string{"templates", "crds"} {
				leftOut(p, c, path.Join(c.Source.Dir, dir), taken)
			}
		}
	},
}

// leftOut reports the files of a chart's directory that do not become its own.
func leftOut(p *engine.Pass, c *engine.LocalChart, dir string, taken map[string]bool) {
	var left []string
	count := 0
	for _, file := range p.Tree.Under(dir) {
		switch {
		case taken[file]:
			count++
		case p.Tree.IsFile(file) && localformat.Dropped(file) == "" && !strings.HasPrefix(path.Base(file), "."): // flux-ignored tells of the others
			left = append(left, file)
		}
	}
	if len(left) == 0 {
		return
	}
	at := rollout.InFile(path.Join(c.Source.Dir, ".helmignore"), 0)
	if a := p.Artifact(c.Release.Source); a != nil {
		at = a.Generator.Place("spec", "artifacts", a.Index, "copy")
	}
	if count == 0 {
		p.Report(at, "the chart of %s has nothing of %s, which holds %s", c.Release.Ref, dir, engine.Plural(len(left), "file"))
		return
	}
	p.Warn(at, "the chart of %s has %s less than %s, such as %s", c.Release.Ref, engine.Plural(len(left), "file"), dir, left[0])
}
