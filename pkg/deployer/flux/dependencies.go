package flux

import (
	"slices"

	"github.com/aicr-flux/aicr/internal/graph"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// dependencies decides which release waits for which: along the chain or the graph, and for the
// release that ships its namespace. It leaves the releases in an order in which none stands before
// one it waits for.
func (p *planner) dependencies(refs map[string]*recipe.ComponentRef) error {
	releases := p.plan.Releases
	for i, needs := range p.needs(p.g.Ordering, refs) {
		releases[i].needs = needs
	}
	if err := p.namespaces(); err != nil {
		return err
	}
	if p.g.Ordering != OrderGraph {
		p.plan.longestInGraph = p.longestInGraph(refs)
	}
	if err := sortReleases(releases); err != nil {
		return err
	}
	for i := range releases {
		for _, n := range releases[i].needs {
			releases[i].DependsOn = append(releases[i].DependsOn, releases[n].Name)
			releases[n].wakes = p.g.EventDriven
		}
	}
	return nil
}

// needs says which releases each one waits for in an order, but for namespaces.
func (p *planner) needs(in Ordering, refs map[string]*recipe.ComponentRef) graph.Graph {
	releases := p.plan.Releases
	needs := make(graph.Graph, len(releases))
	for i := 1; i < len(releases); i++ {
		if releases[i-1].Name == p.plan.wake {
			continue // nothing waits for it
		}
		// Inside a component, and along the whole chain, each release waits for the one before it.
		if in != OrderGraph || releases[i-1].Component == releases[i].Component {
			needs[i] = append(needs[i], i-1)
		}
	}
	if in == OrderGraph {
		for name, first := range p.first {
			for _, dep := range refs[name].DependencyRefs {
				if last, enabled := p.last[dep]; enabled {
					needs[first] = append(needs[first], last)
				}
			}
		}
	}
	return needs
}

// longestInGraph is how many releases would at most wait for each other in graph order. In the
// chain all of them do.
func (p *planner) longestInGraph(refs map[string]*recipe.ComponentRef) int {
	needs := p.needs(OrderGraph, refs)
	for i := range needs {
		if shipper, shipped := p.shippers[p.plan.Releases[i].TargetNamespace]; shipped && shipper < i {
			needs[i] = append(needs[i], shipper)
		}
	}
	return slices.Max(needs.Waves())
}

// sortReleases orders the releases so that none stands before one it needs, and otherwise as they
// were, and drops each need that another need already implies.
func sortReleases(releases []Release) error {
	needs := make(graph.Graph, len(releases))
	for i := range releases {
		needs[i] = releases[i].needs
	}
	order := needs.Sort()
	if len(order) < len(releases) {
		return errors.New(errors.ErrCodeInternal, "the releases wait for each other in a circle")
	}
	place := make([]int, len(releases)) // old index → new index
	sorted, moved := make([]Release, len(releases)), make(graph.Graph, len(releases))
	for to, from := range order {
		place[from] = to
		sorted[to] = releases[from]
	}
	for to, from := range order {
		for _, n := range needs[from] {
			moved[to] = append(moved[to], place[n])
		}
	}
	for i, reduced := range moved.Reduce() {
		sorted[i].needs = reduced
	}
	copy(releases, sorted)
	return nil
}
