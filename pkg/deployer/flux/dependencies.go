package flux

import (
	"container/heap"
	"slices"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// dependencies decides which release waits for which: along the chain or the
// graph, and for the release that ships its namespace. It leaves the releases
// in an order in which none stands before one it waits for.
func (p *planner) dependencies(order []string, refs map[string]*recipe.ComponentRef) error {
	releases := p.plan.Releases
	graph := p.g.Ordering == OrderGraph
	for i := range releases {
		// Inside a component, and along the whole chain, each release waits
		// for the one before it.
		if i > 0 && (!graph || releases[i-1].Component == releases[i].Component) {
			releases[i].needs = append(releases[i].needs, i-1)
		}
	}
	if graph {
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
	reduce(releases)
	for i := range releases {
		for _, n := range releases[i].needs {
			releases[i].DependsOn = append(releases[i].DependsOn, releases[n].Name)
		}
	}
	return nil
}

// sortReleases orders the releases so that none stands before one it needs,
// and otherwise as they were.
func sortReleases(releases []Release) error {
	waiting := make([]int, len(releases))
	dependents := make([][]int, len(releases))
	var ready indexHeap
	for i := range releases {
		slices.Sort(releases[i].needs)
		releases[i].needs = slices.Compact(releases[i].needs)
		waiting[i] = len(releases[i].needs)
		for _, n := range releases[i].needs {
			dependents[n] = append(dependents[n], i)
		}
		if waiting[i] == 0 {
			ready = append(ready, i)
		}
	}
	heap.Init(&ready)
	place := make([]int, len(releases)) // old index → new index
	sorted := make([]Release, 0, len(releases))
	for ready.Len() > 0 {
		i := heap.Pop(&ready).(int)
		place[i] = len(sorted)
		sorted = append(sorted, releases[i])
		for _, d := range dependents[i] {
			waiting[d]--
			if waiting[d] == 0 {
				heap.Push(&ready, d)
			}
		}
	}
	if len(sorted) < len(releases) {
		return errors.New(errors.ErrCodeInternal, "the releases wait for each other in a circle")
	}
	for i := range sorted {
		for k, n := range sorted[i].needs {
			sorted[i].needs[k] = place[n]
		}
	}
	copy(releases, sorted)
	return nil
}

// reduce drops each need that another need already implies. The releases are
// in order, so a walk from a need never has to look below the lowest other one.
func reduce(releases []Release) {
	seen := make([]int, len(releases)) // release → walk that reached it, plus one
	var stack []int
	for i := range releases {
		needs := releases[i].needs
		if len(needs) < 2 {
			continue
		}
		slices.Sort(needs)
		lowest := needs[0]
		var kept []int
		for _, n := range slices.Backward(needs) {
			if seen[n] == i+1 {
				continue
			}
			kept = append(kept, n)
			stack = append(stack[:0], n)
			for len(stack) > 0 {
				at := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				for _, next := range releases[at].needs {
					if next >= lowest && seen[next] != i+1 {
						seen[next] = i + 1
						stack = append(stack, next)
					}
				}
			}
		}
		slices.Sort(kept)
		releases[i].needs = kept
	}
}

// indexHeap is a heap.Interface.
type indexHeap []int

func (h indexHeap) Len() int           { return len(h) }
func (h indexHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h indexHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *indexHeap) Push(x any) { *h = append(*h, x.(int)) }

// Pop implements heap.Interface.
func (h *indexHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
