// Package graph answers the questions that several rooms ask about who waits for whom: the order of
// a rollout, what waits behind something, and what waits for itself. It stands below the recipe,
// the rollout and the deployers; what the numbers mean is their business.
package graph

import "slices"

// Graph holds, for each number below its length, the numbers that it needs. Repeated needs and
// needs of oneself are allowed.
type Graph [][]int

// Dependents returns the reverse graph: who needs each number.
func (g Graph) Dependents() Graph {
	turned := make(Graph, len(g))
	for i, needs := range g {
		for _, n := range needs {
			turned[n] = append(turned[n], i)
		}
	}
	return turned
}

// Sort returns the numbers in an order in which none stands before one that it needs; among those
// that are free to go, the lowest goes first. Numbers on a cycle, or behind one, are left out.
func (g Graph) Sort() []int {
	const placed = -1
	waitsFor := make([]int, len(g))
	for i, needs := range g {
		waitsFor[i] = len(needs)
	}
	dependents := g.Dependents()
	sorted := make([]int, 0, len(g))
	for {
		at := slices.Index(waitsFor, 0)
		if at < 0 {
			return sorted
		}
		waitsFor[at] = placed
		sorted = append(sorted, at)
		for _, d := range dependents[at] {
			waitsFor[d]--
		}
	}
}

// Reach returns every number that can be reached from those given, which are themselves in it only
// where a way leads back to them.
func (g Graph) Reach(from ...int) map[int]bool {
	seen := map[int]bool{}
	for stack := slices.Clone(from); len(stack) > 0; {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, next := range g[at] {
			if !seen[next] {
				seen[next] = true
				stack = append(stack, next)
			}
		}
	}
	return seen
}

// Reduce returns the graph without each need that another need already implies. The graph must be
// sorted: every need is a lower number.
func (g Graph) Reduce() Graph {
	reduced := make(Graph, len(g))
	for i, needs := range g {
		implied := reduced.Reach(needs...)
		needs = slices.Compact(slices.Sorted(slices.Values(needs)))
		reduced[i] = slices.DeleteFunc(needs, func(n int) bool { return implied[n] })
	}
	return reduced
}
