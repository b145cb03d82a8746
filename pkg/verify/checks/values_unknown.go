package checks

import (
	"slices"

	"github.com/aicr-flux/aicr/internal/chart/known"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var valuesUnknown = &engine.Check{
	ID:       "values-unknown",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityWarning,
	Title:    "Each value of a release is one that its chart knows",
	Remedy:   "Correct the key, or remove it.",
	Run: func(p *engine.Pass) {
		for _, c := range p.JudgedValues() {
			for _, key := range c.Unknown {
				if !key.Refused { // values-schema says so
					unknownValue(p, c, key)
				}
			}
		}
	},
}

func unknownValue(p *engine.Pass, c *engine.JudgedValues, key known.Key) {
	at := valuePlace(p, c.Release, key.Path)
	name := key.Path[len(key.Path)-1]
	where := c.Chart.Name
	if len(key.Path) > 1 {
		where = values.JoinPath(key.Path[:len(key.Path)-1])
	}
	if key.Nearest != nil {
		p.Report(at, "the chart knows no %q in %s; did you mean %q?", name, where, key.Meant())
		return
	}
	p.Report(at, "the chart knows no %q in %s", name, where)
}

// valuePlace is where a value of a release is written: inline, in the last ConfigMap that has it, or
// where a valuesFrom names its path.
func valuePlace(p *engine.Pass, release *rollout.Release, path []string) rollout.Place {
	if _, inline := values.Get(release.Values(), path); !inline {
		for _, from := range slices.Backward(release.ValuesFrom) {
			if from.TargetPath != "" {
				at, _ := from.Merge(map[string]any{}, rollout.SecretPlaceholder) // where it leads, whatever stands there
				if _, leads := values.Get(at, path); leads {
					return from.Place
				}
				continue
			}
			o := p.Object(from.Ref)
			if o == nil {
				continue
			}
			if m, err := values.Decode([]byte(o.Text("data", from.Key))); err == nil {
				if _, has := values.Get(m, path); has {
					return o.Place("data", from.Key)
				}
			}
		}
	}
	steps := []any{"spec", "values"}
	for _, key := range path {
		steps = append(steps, key)
	}
	return release.Place(steps...)
}
