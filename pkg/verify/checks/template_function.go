package checks

import (
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var templateFunction = &engine.Check{
	ID:       "template-function",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Each template uses only functions and fields that Helm has",
	Remedy:   "Correct the name.",
	Run: func(p *engine.Pass) {
		seen := map[string]bool{}
		for _, release := range p.Releases {
			source := p.Source(release)
			if !source.Local() || seen[source.Dir] {
				continue
			}
			seen[source.Dir] = true
			for _, name := range slices.Sorted(maps.Keys(source.Files)) {
				if file := source.Files[name]; strings.HasPrefix(name, "templates/") {
					templateNames(p, release, file)
				}
			}
		}
	},
}

// templateNames looks at a template of the chart of a release.
func templateNames(p *engine.Pass, release *rollout.Release, file string) {
	data, err := p.Tree.Read(file)
	if err != nil || !strings.Contains(string(data), "{{") {
		return
	}
	if _, err := localformat.ParseTemplate(file, data); err != nil {
		return // chart-render tells
	}
	at := func(line int) rollout.Place { return rollout.Place{File: file, Line: line, Object: release.String()} }
	const remedy = "Correct the name, or write %s where another program is to read that."
	if name, line := chart.UnknownFunction(data); name != "" {
		p.Advise(at(line), strings.Replace(remedy, "%s", localformat.Literally(name), 1), "function %q not defined: Helm renders nothing of the chart", name)
	}
	if p.Options.Quick {
		return // what makes the chart has warned
	}
	for _, field := range localformat.EmptyFields(file, data) {
		p.Add(engine.SeverityWarning, at(field.Line), strings.Replace(remedy, "%s", localformat.Literally(field.Text), 1),
			"Helm has no %s, and puts nothing in its place", field.Text)
	}
}
