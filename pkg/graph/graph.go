// Package graph draws the rollout of a bundle: which component comes in which wave, and what it
// waits for. It is pure: a rollout goes in, and text comes out, as a tree for a terminal, Mermaid,
// DOT or SVG.
//
// A person thinks in components, so a component's manifests before and after its chart, which are
// releases of their own, are a part of it.
package graph

import (
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/graph"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Graph is what is drawn.
type Graph struct {
	// Nodes are the components, none before one that it waits for; those that wait for themselves
	// come last.
	Nodes []Node
	// Waves is how many there are: what is in one can be installed at once.
	Waves int
	// Wakes are the releases that only wake others, and that nothing waits for.
	Wakes []string
	// More is how many components were left out at the end, because a picture has an end.
	More int
}

// Node is a component.
type Node struct {
	Name string
	// Wave counts from 1; 0 is on a cycle, or behind one.
	Wave int
	// Needs are the indexes of the nodes that it waits for, without those that others imply.
	Needs []int
	// Outside are the objects that it waits for and the bundle does not have.
	Outside []string
	// Releases are those of the component, in their order.
	Releases []rollout.Summary
}

// afterAnnotation names the releases whose events wake a release: those that it waits for, and the
// one that sets this up.
const afterAnnotation = "aicr.run/after"

// Of returns the graph of a rollout.
func Of(r *rollout.Rollout) Graph {
	waits := r.Graph()
	place := make(map[*rollout.Release]int, len(r.Releases))
	ordered := waits.All()
	for i, release := range ordered {
		place[release] = i
	}
	releases := make([]Release, len(ordered))
	for i, s := range r.Summaries() {
		releases[i].Summary = s
	}
	waking := map[string]bool{}
	for i, needs := range waits.Needs() {
		from := r.Releases[i]
		to := &releases[place[from]]
		for _, n := range needs {
			to.Needs = append(to.Needs, place[r.Releases[n]])
		}
		for _, d := range from.DependsOn {
			if !slices.ContainsFunc(needs, func(n int) bool { return r.Releases[n].Name == d.Name }) {
				to.Outside = append(to.Outside, d.String())
			}
		}
		for name := range strings.SplitSeq(from.Text("metadata", "annotations", afterAnnotation), ",") {
			waking[name] = true
		}
	}
	for i := range releases {
		releases[i].Wakes = waking[releases[i].Name]
	}
	for i := range releases {
		for _, n := range releases[i].Needs {
			releases[n].Wakes = false // somebody waits for it
		}
	}
	return New(releases)
}

// Release is what a graph has to know of a release.
type Release struct {
	rollout.Summary
	// Needs are the indexes of the releases that it waits for.
	Needs   []int
	Outside []string
	// Wakes says that it only wakes others.
	Wakes bool
}

// New makes a graph of releases in rollout order.
func New(releases []Release) Graph {
	var g Graph
	var drawn []Release
	at := make([]int, len(releases))
	for i, r := range releases {
		at[i] = len(drawn)
		if r.Wakes {
			g.Wakes = append(g.Wakes, r.Name)
			continue
		}
		r.Needs = slices.Clone(r.Needs)
		drawn = append(drawn, r)
	}
	for i := range drawn {
		for k, n := range drawn[i].Needs {
			drawn[i].Needs[k] = at[n]
		}
	}
	of, count := together(drawn)
	nodes, needs := merge(drawn, of, count)
	g.order(nodes, needs)
	return g
}

// together numbers the components of releases. Where a component waits for another that waits for
// a part of it, as no bundle of this program does, each release stands for itself.
func together(releases []Release) (of []int, count int) {
	group := func(apart func(i int) bool) {
		of, count = make([]int, len(releases)), 0
		number := map[string]int{}
		for i, r := range releases {
			key := r.Component
			if apart(i) {
				key += "\x00" + r.Name
			}
			if _, known := number[key]; !known {
				number[key] = count
				count++
			}
			of[i] = number[key]
		}
	}
	group(func(int) bool { return false })
	_, needs := merge(releases, of, count)
	waves, merged := needs.Waves(), of
	if slices.Contains(waves, 0) {
		group(func(i int) bool { return waves[merged[i]] == 0 })
	}
	return of, count
}

// merge makes nodes of releases.
func merge(releases []Release, of []int, count int) ([]Node, graph.Graph) {
	nodes, needs := make([]Node, count), make(graph.Graph, count)
	for i, r := range releases {
		n := of[i]
		nodes[n].Name = r.Component
		nodes[n].Releases = append(nodes[n].Releases, r.Summary)
		nodes[n].Outside = append(nodes[n].Outside, r.Outside...)
		for _, other := range r.Needs {
			if of[other] != n || other == i {
				needs[n] = append(needs[n], of[other])
			}
		}
	}
	for i := range nodes {
		if n := &nodes[i]; len(n.Releases) == 1 {
			n.Name = n.Releases[0].Name
		}
	}
	return nodes, needs
}

// order sorts the nodes by their waves, and leaves out each arrow that others imply.
func (g *Graph) order(nodes []Node, needs graph.Graph) {
	waves := needs.Waves()
	sorted := make([]int, len(nodes))
	for i := range sorted {
		sorted[i] = i
		g.Waves = max(g.Waves, waves[i])
	}
	last := func(wave int) int { return (wave + g.Waves) % (g.Waves + 1) } // 0, which is never, last
	slices.SortStableFunc(sorted, func(a, b int) int { return last(waves[a]) - last(waves[b]) })
	place := make([]int, len(nodes))
	for to, from := range sorted {
		place[from] = to
	}
	all := make(graph.Graph, len(nodes))
	acyclic := 0
	for to, from := range sorted {
		node := nodes[from]
		node.Wave = waves[from]
		if node.Wave > 0 {
			acyclic++
		}
		for _, n := range needs[from] {
			all[to] = append(all[to], place[n])
		}
		slices.Sort(all[to])
		all[to] = slices.Compact(all[to])
		g.Nodes = append(g.Nodes, node)
	}
	copy(all, all[:acyclic].Reduce())
	for i := range g.Nodes {
		g.Nodes[i].Needs = all[i]
	}
}
