package checks

import (
	stderrors "errors"
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartLoad = &engine.Check{
	ID:       "chart-load",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityError,
	Title:    "Helm loads each local chart",
	Remedy:   "Fix the chart, or generate the bundle again.",
	Run: func(p *engine.Pass) {
		noteFarCharts(p)
		for _, c := range p.EachChart() {
			var e *chart.Error
			if c.LoadErr == nil || stderrors.As(c.LoadErr, &e) && e.Kind == chart.KindSize {
				continue
			}
			at := c.Place()
			switch {
			case e == engine.ErrTime || e == engine.ErrOutput:
				p.Unseen("%s: %s", c.Release.Ref, e.Message)
			case e != nil && e.Kind == chart.KindLimit:
				p.Warn(at, "%s", oneLine(c.LoadErr))
			default:
				p.Report(at, "%s", oneLine(c.LoadErr))
			}
		}
	},
}

// noteFarCharts notes the releases whose charts the bundle does not hold.
func noteFarCharts(p *engine.Pass) {
	var names []string
	for _, release := range p.Releases {
		if p.Source(release).Origin == rollout.OriginRepository {
			names = append(names, release.Name)
		}
	}
	const few = 5
	if more := len(names) - few; more > 1 {
		names = append(names[:few:few], fmt.Sprintf("and %d more", more))
	}
	if len(names) > 0 {
		p.Unseen("charts that come from repositories are not in the bundle, so nothing says whether they take their values: %s", strings.Join(names, ", "))
	}
}
