package engine

import (
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/rollout"
)

// order is who waits for whom among the releases of the bundle. What a release
// Waits for and the bundle does not have, is not in it.
type order struct {
	Releases []*rollout.Release
	Index    map[rollout.Ref]int
	needs    [][]int
}

func newOrder(releases []*rollout.Release) *order {
	o := &order{Releases: releases, Index: make(map[rollout.Ref]int, len(releases)), needs: make([][]int, len(releases))}
	byName := make(map[string]int, len(releases))
	for i, release := range releases {
		byName[release.Name] = i
		if _, twice := o.Index[release.Ref]; !twice {
			o.Index[release.Ref] = i
		}
	}
	for i, release := range releases {
		for _, dependency := range release.DependsOn {
			j, ok := o.Index[dependency.Ref]
			if !ok { // object-metadata complains where a namespace is missing
				j, ok = byName[dependency.Name]
				ok = ok && (dependency.Namespace == "" || releases[j].Namespace == "")
			}
			if ok {
				o.needs[i] = append(o.needs[i], j)
			}
		}
	}
	return o
}

// Waits reports whether one release waits for another, directly or through
// others. For itself a release waits only in a cycle.
func (o *order) Waits(release, other *rollout.Release) bool {
	from, to := o.Index[release.Ref], o.Index[other.Ref]
	seen := make([]bool, len(o.needs))
	for stack := []int{from}; len(stack) > 0; {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, next := range o.needs[at] {
			if next == to {
				return true
			}
			if !seen[next] {
				seen[next] = true
				stack = append(stack, next)
			}
		}
	}
	return false
}

// Behind counts the releases that wait for one of those, themselves left out.
func (o *order) Behind(those ...int) int {
	dependents := make([][]int, len(o.needs))
	for i, needs := range o.needs {
		for _, j := range needs {
			dependents[j] = append(dependents[j], i)
		}
	}
	seen := make([]bool, len(o.needs))
	for _, i := range those {
		seen[i] = true
	}
	count := 0
	for stack := slices.Clone(those); len(stack) > 0; {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, next := range dependents[at] {
			if !seen[next] {
				seen[next] = true
				count++
				stack = append(stack, next)
			}
		}
	}
	return count
}

// Knots returns the groups of releases of which each waits for each, by Tarjan's
// algorithm; one release that waits for itself is such a group.
func (o *order) Knots() [][]int {
	var (
		found   [][]int
		stack   []int
		at      = make([]int, len(o.needs)) // when a release was first seen, from 1
		low     = make([]int, len(o.needs))
		open    = make([]bool, len(o.needs))
		counter int
		visit   func(int)
	)
	visit = func(i int) {
		counter++
		at[i], low[i], open[i] = counter, counter, true
		stack = append(stack, i)
		for _, j := range o.needs[i] {
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
		knot := slices.Clone(stack[start:])
		stack = stack[:start]
		for _, j := range knot {
			open[j] = false
		}
		if len(knot) > 1 || slices.Contains(o.needs[i], i) {
			slices.Sort(knot)
			found = append(found, knot)
		}
	}
	for i := range o.needs {
		if at[i] == 0 {
			visit(i)
		}
	}
	return found
}

// Round returns a shortest way from a release of a knot back to itself.
func (o *order) Round(start int) []int {
	came := map[int]int{}
	for queue := []int{start}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		for _, next := range o.needs[at] {
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
	return nil
}

// Names writes a way as "a → b → a", with namespaces only where they differ.
func (o *order) Names(way []int) string {
	names := make([]string, len(way))
	for i, at := range way {
		names[i] = o.Releases[at].Name
		if o.Releases[at].Namespace != o.Releases[way[0]].Namespace {
			names[i] = o.Releases[at].Namespace + "/" + names[i]
		}
	}
	return strings.Join(names, " → ")
}
