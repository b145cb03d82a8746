// Package graph answers the questions that several rooms ask about who waits for whom: the order of
// a rollout, what waits behind something, and what waits for itself. It stands below the recipe,
// the rollout and the deployers; what the numbers stand for is their business.
package graph

import (
	"container/heap"
	"slices"
)

// Graph holds, for each number below its length, the numbers that it needs. Repeated needs and
// needs of oneself are allowed.
type Graph [][]int

// Dependents returns the graph turned round: who needs each number.
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
	waiting := make([]int, len(g))
	var ready intHeap
	for i, needs := range g {
		if waiting[i] = len(needs); waiting[i] == 0 {
			ready = append(ready, i)
		}
	}
	heap.Init(&ready)
	dependents := g.Dependents()
	sorted := make([]int, 0, len(g))
	for ready.Len() > 0 {
		at := heap.Pop(&ready).(int)
		sorted = append(sorted, at)
		for _, d := range dependents[at] {
			if waiting[d]--; waiting[d] == 0 {
				heap.Push(&ready, d)
			}
		}
	}
	return sorted
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

// intHeap is a heap.Interface of numbers, the lowest first.
type intHeap []int

func (h intHeap) Len() int           { return len(h) }
func (h intHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h intHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *intHeap) Push(x any) { *h = append(*h, x.(int)) }

// Pop implements heap.Interface.
func (h *intHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
