package graph

import "slices"

// Cycles returns one shortest cycle for each group of numbers that all need each other, the lowest
// number of the group first and again at the end; a number that needs itself is such a group.
func (g Graph) Cycles() [][]int {
	var cycles [][]int
	for _, knot := range g.knots() {
		cycles = append(cycles, g.round(knot[0]))
	}
	slices.SortFunc(cycles, slices.Compare)
	return cycles
}

// knots returns the groups of numbers of which each needs each, by Tarjan's algorithm.
func (g Graph) knots() [][]int {
	var (
		found   [][]int
		stack   []int
		at      = make([]int, len(g)) // when a number was first seen, from 1
		low     = make([]int, len(g))
		open    = make([]bool, len(g))
		counter int
		visit   func(int)
	)
	visit = func(i int) {
		counter++
		at[i], low[i], open[i] = counter, counter, true
		stack = append(stack, i)
		for _, j := range g[i] {
			if at[j] == 0 {
				visit(j)
				low[i] = min(low[i], low[j])
			} else if open[j] {
				low[i] = min(low[i], at[j])
			}
		}
		if low[i] != at[i] {
			return
		}
		start := slices.Index(stack, i)
		knot := slices.Sorted(slices.Values(stack[start:]))
		stack = stack[:start]
		for _, j := range knot {
			open[j] = false
		}
		if len(knot) > 1 || slices.Contains(g[i], i) {
			found = append(found, knot)
		}
	}
	for i := range g {
		if at[i] == 0 {
			visit(i)
		}
	}
	return found
}

// round returns a shortest way from a number of a knot back to itself.
func (g Graph) round(start int) []int {
	came := map[int]int{}
	for queue := []int{start}; ; queue = queue[1:] {
		at := queue[0]
		for _, next := range g[at] {
			if next == start {
				way := []int{start}
				for ; at != start; at = came[at] {
					way = append(way, at)
				}
				slices.Reverse(way[1:])
				return append(way, start)
			}
			if _, seen := came[next]; !seen {
				came[next] = at
				queue = append(queue, next)
			}
		}
	}
}
