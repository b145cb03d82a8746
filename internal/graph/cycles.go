package graph

import "slices"

// Cycles returns one shortest cycle for each group of numbers that all need each other, the lowest
// number of the group first and again at the end; a number that needs itself is such a group.
func (g Graph) Cycles() [][]int {
	var cycles [][]int
	done := map[int]bool{}
	for _, i := range g.Sort() { // is on no cycle
		done[i] = true
	}
	for i := range g {
		if done[i] {
			continue
		}
		reached := g.Reach(i)
		if !reached[i] {
			continue
		}
		cycles = append(cycles, g.round(i))
		for j := range g.Dependents().Reach(i) {
			done[j] = done[j] || reached[j]
		}
	}
	return cycles
}

// round returns a shortest way from a number on a cycle back to itself.
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
