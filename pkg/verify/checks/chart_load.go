package checks

import (
	stderrors "errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartLoad = &engine.Check{
	ID:       "chart-load",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "Helm loads each chart",
	Remedy:   "Fix the chart, or generate the bundle again.",
	Run: func(p *engine.Pass) {
		noteFarCharts(p)
		for _, c := range p.Charts() {
			noteUnpulled(p, c)
		}
		for _, c := range p.EachChart() {
			var e *chart.Error
			if c.LoadErr == nil || stderrors.As(c.LoadErr, &e) && e.Kind == chart.KindSize {
				continue
			}
			at := c.Place()
			pull, _ := stderrors.AsType[*engine.PullError](c.LoadErr)
			switch {
			case pull != nil && pull.Refused:
				p.Advise(at, "Correct the chart's name, its version, or the URL of its repository.", "%s", oneLine(c.LoadErr))
			case pull != nil:
			case e == engine.ErrTime || e == engine.ErrOutput:
				p.Unrendered(c.Release)
				p.Unseen("%s: %s", c.Release.Ref, e.Message)
			case e != nil && e.Kind == chart.KindLimit:
				p.Warn(at, "%s", oneLine(c.LoadErr))
			default:
				p.Report(at, "%s", oneLine(c.LoadErr))
			}
		}
	},
}

// noteFarCharts notes the releases whose charts are not at hand.
func noteFarCharts(p *engine.Pass) {
	var far []string
	unknown := map[string][]string{}
	for _, release := range p.Releases {
		if p.AtHand(release) {
			continue
		}
		switch p.Source(release).Origin {
		case rollout.OriginRepository:
			far = append(far, release.Name)
		case rollout.OriginUnknown:
			if !p.FoundAt(release.SourcePlace()) && release.Source.Name != "" {
				unknown[release.Source.String()] = append(unknown[release.Source.String()], release.Name)
			}
		}
	}
	if len(far) > 0 {
		hint := p.Hint()
		if hint != "" {
			hint = "; " + hint
		}
		p.Unseen("charts that come from repositories are not in the bundle, so nothing says whether they take their values: %s%s", few(far), hint)
	}
	for _, source := range slices.Sorted(maps.Keys(unknown)) {
		p.Unseen("%s does not lead to a chart here, so nothing says whether it takes its values: %s", source, few(unknown[source]))
	}
}

// few are names, or the first of them.
func few(names []string) string {
	const most = 5
	if more := len(names) - most; more > 1 {
		names = append(names[:most:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

// noteUnpulled notes a chart of which nothing is known, because it was not pulled.
func noteUnpulled(p *engine.Pass, c *engine.LocalChart) {
	pull, ok := stderrors.AsType[*engine.PullError](c.LoadErr)
	if !ok || pull.Refused {
		return
	}
	_, unknown := stderrors.AsType[*errors.UnknownHost](pull)
	if text, _ := errors.NoNetwork(p.Unpulled()); unknown && text != "" {
		p.Unseen("charts were not pulled: %s", text)
	} else {
		p.Unseen("the chart of %s was not pulled: %s", c.Release.Ref, oneLine(pull))
	}
}
