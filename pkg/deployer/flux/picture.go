package flux

import (
	"github.com/aicr-flux/aicr/pkg/graph"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// graph is the rollout of the plan, as "aicr graph" reads it from the bundle, but for the versions:
// the README that shows it stays as it is when a chart gets a new one.
func (p *Plan) graph() graph.Graph {
	place := make(map[string]int, len(p.Releases))
	releases := make([]graph.Release, len(p.Releases))
	for i := range p.Releases {
		r, to := &p.Releases[i], &releases[i]
		place[r.Name] = i
		to.Summary = rollout.Summary{Name: r.Name, Component: r.Component, Namespace: r.TargetNamespace, Source: r.SourceURL, DependsOn: r.DependsOn}
		to.Wakes = r.Name == p.wake
		if r.Local != nil {
			to.Source = "local"
		}
		for _, gate := range r.Gates {
			to.Gates = append(to.Gates, rollout.Gate{Kind: gate.Kind})
		}
		for _, name := range r.DependsOn { // none stands before one that it waits for
			to.Needs = append(to.Needs, place[name])
		}
	}
	return graph.New(releases)
}
