package flux

import (
	"github.com/aicr-flux/aicr/internal/graph"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// dependencies decides which release waits for which: along the chain or the graph, and for the
// release that ships its namespace. It leaves the releases in an order in which none stands before
// one it waits for.
func (p *planner) dependencies(order []string, refs map[string]*recipe.ComponentRef) error {
	releases := p.plan.Releases
	inGraph := p.g.Ordering == OrderGraph
	for i := range releases {
		// Inside a component, and along the whole chain, each release waits for the one before it.
		if i > 0 && (!inGraph || releases[i-1].Component == releases[i].Component) {
			releases[i].needs = append(releases[i].needs, i-1)
		}
	}
	if inGraph {
		for _, name := range order {
			first := &releases[p.first[name]]
			for _, dep := range refs[name].DependencyRefs {
				if last, enabled := p.last[dep]; enabled {
					first.needs = append(first.needs, last)
				}
			}
		}
	}
	if err := p.namespaces(); err != nil {
		return err
	}
	if err := sortReleases(releases); err != nil {
		return err
	}
	for i := range releases {
		for _, n := range releases[i].needs {
			releases[i].DependsOn = append(releases[i].DependsOn, releases[n].Name)
		}
	}
	return nil
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
