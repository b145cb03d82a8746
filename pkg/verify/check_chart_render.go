package verify

import (
	"bytes"
	stderrors "errors"
	"path"
	"strings"

	"github.com/aicr-flux/aicr/internal/helmchart"
	"github.com/aicr-flux/aicr/internal/rollout"
	"github.com/aicr-flux/aicr/pkg/errors"
)

var chartRender = &Check{
	ID:       "chart-render",
	Group:    GroupCharts,
	Severity: SeverityError,
	Title:    "Each local chart renders with the values of its release",
	Why: `helm-controller renders the chart with the values of the release, and stops at the first template that fails, or that
gives something other than objects. Nothing of the chart is installed then.

The rendering is that of a first install, with Helm's own engine, and without a cluster. A template that asks the cluster,
by ` + "`lookup` or `.Capabilities.APIVersions`" + `, may answer otherwise there: where such a chart fails it is a warning. So it is
where a chart runs into the bounds that keep this check short.`,
	Remedy: "Mend the template, or the values of the release.",
	Bad: `metadata:
  name: {{ .Values.name | required "name is needed" }}   # and the values have no name`,
	run: func(p *pass) {
		for _, c := range p.charts() {
			if c.Chart != nil && c.RenderErr == nil && len(postRenderers(c.Release)) > 0 {
				p.unseen("%s changes what its chart renders, by postRenderers", c.Release.Ref)
			}
			for _, e := range c.renderErrors() {
				if e.Kind == helmchart.KindValues || len(c.Chart.Missing) > 0 || p.unsureOf(c) {
					continue
				}
				severity := SeverityError
				if e.Kind == helmchart.KindLimit || e.Kind == helmchart.KindMemory || c.asksTheCluster() {
					severity = SeverityWarning
				}
				p.add(severity, c.placeOf(e), p.check.Remedy, "%s", c.told(e))
			}
		}
	},
}

// unsureOf reports whether a chart may get other values in the cluster than those
// that the bundle has, and notes it.
func (p *pass) unsureOf(c *localChart) bool {
	if p.foundAt(c.Release.Place("spec", "values")) {
		return true // values that are no map are not there for the chart
	}
	if len(c.ValueProblems) == 0 && c.Release.Get("spec", "chart", "spec", "valuesFiles") == nil {
		return false
	}
	p.unseen("%s does not render, but not all of its values are in the bundle", c.Release.Ref)
	return true
}

// renderErrors are what is wrong with the rendering of a loaded chart.
func (c *localChart) renderErrors() []*helmchart.Error {
	list, several := stderrors.AsType[errors.List](c.RenderErr)
	if !several {
		list = errors.List{c.RenderErr}
	}
	var all []*helmchart.Error
	for _, err := range list {
		if e, ok := stderrors.AsType[*helmchart.Error](err); ok {
			all = append(all, e)
		}
	}
	return all
}

// placeOf is the template in the bundle, or the release where that is packed.
func (c *localChart) placeOf(e *helmchart.Error) rollout.Place {
	_, name, _ := strings.Cut(e.Template, "/")
	if file := c.Source.Files[name]; file != "" {
		return rollout.Place{File: file, Line: e.Line, Object: c.Release.String()}
	}
	if e.Template == "" && c.Source.Dir != "" {
		return rollout.Place{File: path.Join(c.Source.Dir, "Chart.yaml"), Object: c.Release.String()}
	}
	return c.Release.Place()
}

// told is the message, with the template where the place does not have it.
func (c *localChart) told(e *helmchart.Error) string {
	if c.placeOf(e).File == c.Release.File {
		return e.Error()
	}
	return e.Message
}

// asksTheCluster reports whether the chart's templates see what only a cluster
// has.
func (c *localChart) asksTheCluster() bool {
	var asks func(part *helmchart.Part) bool
	asks = func(part *helmchart.Part) bool {
		for _, text := range part.Templates {
			if bytes.Contains(text, []byte("APIVersions")) || bytes.Contains(text, []byte("lookup ")) {
				return true
			}
		}
		for _, inside := range part.Inside {
			if asks(inside) {
				return true
			}
		}
		return false
	}
	return asks(c.Chart.Parts)
}

func postRenderers(release *rollout.Release) []any {
	list, _ := release.Get("spec", "postRenderers").([]any)
	return list
}
