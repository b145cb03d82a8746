package plan

import (
	"slices"

	"github.com/aicr-flux/aicr/internal/graph"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// recipeFile is the recipe that a bundle was made of.
const recipeFile = "recipe.yaml"

// The names of orders.
const (
	chain   = "chain"
	byGraph = "graph"
	other   = "other"
)

// order is who waits for whom.
type order struct {
	name   string // chain, graph or other
	events bool
	own    bool
	needs  graph.Graph
}

// woken reports whether a release is woken; marked says that the bundle has it so.
func (o order) woken(marked bool) bool { return o.events && (marked || !o.own) }

// sequence is the releases with none before one that it waits for; those on a cycle, or behind
// one, come last.
func (o order) sequence() []int {
	sorted := o.needs.Sort()
	placed := make([]bool, len(o.needs))
	for _, i := range sorted {
		placed[i] = true
	}
	for i, is := range placed {
		if !is {
			sorted = append(sorted, i)
		}
	}
	return sorted
}

// orders are that of the bundle and those that it could have.
func (p *planner) orders() []order {
	own := order{name: other, own: true, needs: p.needs}
	for i := range p.facts {
		own.events = own.events || p.facts[i].woken
	}
	needs := map[string]graph.Graph{}
	names := []string{chain, byGraph}
	if r := p.recipe(); r != nil {
		for _, name := range names {
			needs[name] = p.along(r, name)
		}
	}
	for _, name := range names {
		if needs[name] != nil && own.name == other && within(needs[name], own.needs) {
			own.name = name
		}
	}
	if needs[own.name] = own.needs; own.name == other {
		names = append(names, other)
	}
	all := []order{own}
	for _, events := range []bool{false, true} {
		for _, name := range names {
			if needs[name] != nil && (name != own.name || events != own.events) {
				all = append(all, order{name: name, events: events, needs: needs[name]})
			}
		}
	}
	return all
}

// recipe returns the recipe of the bundle, or nil where it does not tell the order of the releases.
func (p *planner) recipe() *recipe.RecipeResult {
	data, err := p.rollout.Tree.Read(recipeFile)
	if err != nil {
		p.warn("the bundle has no %s, which says what depends on what; only the order that it has can be planned", recipeFile)
		return nil
	}
	r, err := recipe.Parse(data, false)
	if err == nil {
		_, err = r.Order()
	}
	if err != nil {
		p.warn("%s cannot be read, so that only the order of the bundle can be planned: %s", recipeFile, err)
		return nil
	}
	of := p.ofComponents()
	for i := range r.ComponentRefs {
		if c := &r.ComponentRefs[i]; c.Enabled() && of[c.Name] == nil {
			p.warn("%s has the component %s, and the bundle has no release of it, so that only the order of the bundle can be planned", recipeFile, c.Name)
			return nil
		}
	}
	return r
}

// ofComponents are the releases of each component, as they wait for each other: x-pre, x, x-post.
func (p *planner) ofComponents() map[string][]int {
	of := map[string][]int{}
	for i := range p.facts {
		c := p.facts[i].component
		of[c] = append(of[c], i)
	}
	for c, releases := range of {
		place := map[string]int{c + "-pre": 1, c: 2, c + "-post": 3}
		slices.SortStableFunc(releases, func(a, b int) int { return place[p.releases[a].Name] - place[p.releases[b].Name] })
	}
	return of
}

// along is who waits for whom in the chain, or in the graph, of the recipe, without each need that
// another one implies. What a release waits for that is not of the recipe, it waits for in any
// order.
func (p *planner) along(r *recipe.RecipeResult, name string) graph.Graph {
	var sequence []int // of releases, as the recipe has them
	var planned graph.Graph
	last := map[string]int{} // of a component, in the sequence
	components, _ := r.Order()
	of := p.ofComponents()
	for _, c := range components {
		for k, release := range of[c] {
			at := len(sequence)
			var needs []int
			switch {
			case at > 0 && (k > 0 || name == chain):
				needs = []int{at - 1}
			case name == byGraph:
				for _, dep := range r.Component(c).DependencyRefs {
					if n, enabled := last[dep]; enabled {
						needs = append(needs, n)
					}
				}
			}
			sequence, planned = append(sequence, release), append(planned, needs)
			last[c] = at
		}
	}
	needs := make(graph.Graph, len(p.releases))
	known := make([]bool, len(p.releases))
	for at, reduced := range planned.Reduce() {
		known[sequence[at]] = true
		for _, n := range reduced {
			needs[sequence[at]] = append(needs[sequence[at]], sequence[n])
		}
	}
	for i := range needs {
		for _, n := range p.needs[i] {
			if !known[i] || !known[n] {
				needs[i] = append(needs[i], n)
			}
		}
	}
	return needs
}

// within reports whether each release waits for all that it waits for in a planned order. Beyond
// that a bundle lets releases wait for the one that brings their namespace.
func within(planned, own graph.Graph) bool {
	for i := range planned {
		for _, n := range planned[i] {
			if !slices.Contains(own[i], n) {
				return false
			}
		}
	}
	return true
}
