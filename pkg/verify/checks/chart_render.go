package checks

import (
	"bytes"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartRender = &engine.Check{
	ID:       "chart-render",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "Each local chart renders with the values of its release",
	Remedy:   "Fix the template, or the values of the release.",
	After:    []string{"template-function"},
	Run: func(p *engine.Pass) {
		for _, c := range p.Charts() {
			for _, e := range c.RenderErrs {
				if e.Kind == chart.KindValues || !e.Stops() || len(c.Chart.Missing) > 0 || unsureOf(p, c) {
					continue
				}
				severity := engine.SeverityError
				if e.Kind == chart.KindLimit || asksTheCluster(c.Chart.Parts) {
					severity = engine.SeverityWarning
				}
				at, text := placeOf(c, e), e.Message
				if p.FoundAt(at) && strings.Contains(text, "not defined") {
					continue // template-function tells, with what to write
				}
				if at.File == c.Release.File {
					text = e.Error() // with the template, which the place does not have
				}
				p.Add(severity, at, p.Check.Remedy, "%s", text)
			}
		}
	},
}

// unsureOf reports whether a chart may get other values in the cluster than those that the bundle
// has, and notes it.
func unsureOf(p *engine.Pass, c *engine.LocalChart) bool {
	if p.FoundAt(c.Release.Place("spec", "values")) {
		return true // the chart does not get values that are not a map
	}
	if hasVariable(c.Release.Object) && !guarded(c.Release.Object) {
		p.Unrendered(c.Release)
		p.Unseen("%s does not render, but has variables that the Kustomization which applies it fills in", c.Release.Ref)
		return true
	}
	if len(c.ValueProblems) == 0 && len(c.Source.ValuesProblems) == 0 {
		return false
	}
	p.Unrendered(c.Release)
	p.Unseen("%s does not render, but not all of its values are in the bundle", c.Release.Ref)
	return true
}

// placeOf is the template in the bundle, or the release where that is packed.
func placeOf(c *engine.LocalChart, e *chart.Error) rollout.Place {
	_, name, _ := strings.Cut(e.Template, "/")
	if file := c.Source.Files[name]; file != "" {
		return rollout.Place{File: file, Line: e.Line, Object: c.Release.String()}
	}
	if e.Template == "" && c.Source.Dir != "" {
		return rollout.Place{File: c.Place().File, Object: c.Release.String()}
	}
	return c.Release.Place()
}

// asksTheCluster reports whether the chart's templates see what only a cluster has.
func asksTheCluster(part *chart.Part) bool {
	for _, text := range part.Templates {
		if bytes.Contains(text, []byte("APIVersions")) || bytes.Contains(text, []byte("lookup ")) {
			return true
		}
	}
	return slices.ContainsFunc(part.Inside, asksTheCluster)
}
