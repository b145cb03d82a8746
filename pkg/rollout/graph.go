package rollout

import (
	"strings"

	"github.com/aicr-flux/aicr/internal/graph"
)

// Graph is who waits for whom among the releases of a bundle. What a release waits for and the
// bundle does not have, is not in it.
type Graph struct {
	// Releases are those of the rollout, in its order.
	Releases []*Release

	index      map[Ref]int
	needs      graph.Graph
	dependents graph.Graph
	wave       []int // of each release, from 1; 0 is on a cycle, or behind one
}

// Graph returns who waits for whom.
func (r *Rollout) Graph() *Graph {
	releases := r.Releases
	g := &Graph{Releases: releases, index: make(map[Ref]int, len(releases)), needs: make(graph.Graph, len(releases))}
	byName := make(map[string]int, len(releases))
	for i, release := range releases {
		byName[release.Name] = i
		if _, twice := g.index[release.Ref]; !twice {
			g.index[release.Ref] = i
		}
	}
	for i, release := range releases {
		for _, dependency := range release.DependsOn {
			j, ok := g.index[dependency.Ref]
			if !ok { // a namespace that is missing is another defect
				j, ok = byName[dependency.Name]
				ok = ok && (dependency.Namespace == "" || releases[j].Namespace == "")
			}
			if ok {
				g.needs[i] = append(g.needs[i], j)
			}
		}
	}
	g.dependents = g.needs.Dependents()
	g.wave = g.needs.Waves()
	return g
}

// Needs returns for each of Releases the indexes of those that it waits for. Nobody may change it.
func (g *Graph) Needs() [][]int { return g.needs }

// Order returns the releases in an order in which none stands before one that it waits for, those
// that are free to go as the bundle lists them. Releases on a cycle, or behind one, are left out.
func (g *Graph) Order() []*Release { return g.releases(g.needs.Sort()) }

// All returns the releases as Order does, and those that it leaves out after them.
func (g *Graph) All() []*Release {
	sorted := g.needs.Sort()
	for i, wave := range g.wave {
		if wave == 0 {
			sorted = append(sorted, i)
		}
	}
	return g.releases(sorted)
}

// Waits reports whether one release waits for another, directly or through others. For itself a
// release waits only on a cycle.
func (g *Graph) Waits(release, other *Release) bool {
	from, to := g.index[release.Ref], g.index[other.Ref]
	seen := map[int]bool{}
	for stack := []int{from}; len(stack) > 0; {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, next := range g.needs[at] {
			if next == to {
				return true
			}
			// What can start as early as the other one does not wait for it.
			if !seen[next] && (g.wave[next] == 0 || g.wave[next] > g.wave[to]) {
				seen[next] = true
				stack = append(stack, next)
			}
		}
	}
	return false
}

// Behind returns how many releases wait for one of those, themselves left out, and whether all of
// them are releases of the bundle.
func (g *Graph) Behind(those ...Ref) (waiting int, known bool) {
	var from []int
	for _, ref := range those {
		i, ok := g.index[ref]
		if !ok {
			return 0, false
		}
		from = append(from, i)
	}
	reached := g.dependents.Reach(from...)
	for _, i := range from {
		delete(reached, i)
	}
	return len(reached), true
}

// Cycles returns one cycle for each group of releases that wait for each other, its first release
// again at its end.
func (g *Graph) Cycles() [][]*Release {
	var cycles [][]*Release
	for _, cycle := range g.needs.Cycles() {
		cycles = append(cycles, g.releases(cycle))
	}
	return cycles
}

func (g *Graph) releases(those []int) []*Release {
	all := make([]*Release, len(those))
	for i, at := range those {
		all[i] = g.Releases[at]
	}
	return all
}

// Way writes a way through releases as "a → b → a", with namespaces only where they differ.
func Way(way []*Release) string {
	names := make([]string, len(way))
	for i, release := range way {
		names[i] = release.Name
		if release.Namespace != way[0].Namespace {
			names[i] = release.Namespace + "/" + names[i]
		}
	}
	return strings.Join(names, " → ")
}
