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

// Waves returns for each number how many stand on the longest way through its needs, itself
// included. It is 0 on a cycle, and behind one.
func (g Graph) Waves() []int {
	wave := make([]int, len(g))
	for _, i := range g.Sort() {
		wave[i] = 1
		for _, n := range g[i] {
			wave[i] = max(wave[i], wave[n]+1)
		}
	}
	return wave
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
	seen := make([]int, len(g)) // the walk that reached a number last, plus one
	var stack []int
	for i := range g {
		needs := slices.Compact(slices.Sorted(slices.Values(g[i])))
		var kept []int
		for _, n := range slices.Backward(needs) {
			if seen[n] == i+1 {
				continue
			}
			kept = append(kept, n)
			// No walk has to look below the lowest need.
			for stack = append(stack[:0], n); len(stack) > 0; {
				at := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				for _, next := range reduced[at] {
					if next >= needs[0] && seen[next] != i+1 {
						seen[next] = i + 1
						stack = append(stack, next)
					}
				}
			}
		}
		slices.Reverse(kept)
		reduced[i] = kept
	}
	return reduced
}
