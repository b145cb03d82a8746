package graph

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/printable"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// main is the release that the component is named after.
func (n *Node) main() rollout.Summary {
	for _, r := range n.Releases {
		if r.Name == n.Name {
			return r
		}
	}
	return n.Releases[0]
}

// version is that of what the component brings.
func (n *Node) version() string {
	r := n.main()
	if r.Source == "local" {
		return r.AppVersion
	}
	return r.Version
}

// source is where the chart comes from, short.
func (n *Node) source() string { return ShortSource(n.main().Source) }

// ShortSource is the source of a release as pictures write it: an address without its scheme, and
// without a user.
func ShortSource(source string) string {
	switch source {
	case "":
		return "source outside the bundle"
	case "local":
		return "in this bundle"
	}
	if u, err := url.Parse(source); err == nil && u.Host != "" {
		return u.Host + strings.TrimSuffix(u.Path, "/")
	}
	return rollout.WithoutUser(source)
}

// manifests says which manifests of a component have releases of their own.
func (n *Node) manifests() string {
	var when []string
	for _, r := range n.Releases {
		switch strings.TrimPrefix(r.Name, n.Name) {
		case "-pre":
			when = append(when, "before")
		case "-post":
			when = append(when, "after")
		}
	}
	if len(when) == 0 {
		return ""
	}
	return "manifests " + strings.Join(when, " and ") + " it"
}

// gates are the kinds of objects that decide when the component is ready.
func (n *Node) gates() string {
	var kinds []string
	for _, r := range n.Releases {
		for _, gate := range r.Gates {
			if !slices.Contains(kinds, gate.Kind) {
				kinds = append(kinds, gate.Kind)
			}
		}
	}
	if len(kinds) == 0 {
		return ""
	}
	return "ready with its " + strings.Join(kinds, ", ")
}

// details are what else is to say of a node.
func (n *Node) details() []string {
	lines := []string{n.manifests(), n.gates()}
	if len(n.Outside) > 0 {
		lines = append(lines, "waits for "+strings.Join(n.Outside, ", ")+", which is not in this bundle")
	}
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}

// maxLine is how much of a line a picture shows.
const maxLine = 60

// lines is a node as pictures write it, the name first.
func (n *Node) lines() []string {
	lines := append([]string{strings.TrimSpace(n.Name + " " + n.version()), n.source()}, n.details()...)
	for i := range lines {
		lines[i] = cut(printable.Line(lines[i]), maxLine)
	}
	return lines
}

// cut shortens a text.
func cut(text string, to int) string {
	if runes := []rune(text); len(runes) > to {
		return string(runes[:to-1]) + "…"
	}
	return text
}

// waves are the nodes of each wave, in order; those that wait for themselves are the last, without a
// number.
func (g *Graph) waves() [][]int {
	var waves [][]int
	for i := range g.Nodes {
		if i == 0 || g.Nodes[i].Wave != g.Nodes[i-1].Wave {
			waves = append(waves, nil)
		}
		waves[len(waves)-1] = append(waves[len(waves)-1], i)
	}
	return waves
}

// title says which wave it is.
func title(wave int) string {
	if wave == 0 {
		return "never: on a cycle, or behind one"
	}
	return fmt.Sprintf("wave %d", wave)
}

// chained reports whether one component follows the other.
func (g *Graph) chained() bool { return g.Waves == len(g.Nodes) }

// Summary counts what there is.
func (g *Graph) Summary() string {
	releases := 0
	for i := range g.Nodes {
		releases += len(g.Nodes[i].Releases)
	}
	text := fmt.Sprintf("%s of %s in %s", count(releases, "release"), count(len(g.Nodes), "component"), count(g.Waves, "wave"))
	if g.chained() && g.Waves > 1 {
		text = fmt.Sprintf("%s of %s, one component after the other", count(releases, "release"), count(len(g.Nodes), "component"))
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// bound is how much of a graph a picture takes: nobody finds anything in a larger one.
type bound struct{ nodes, arrows int }

// bounded is the beginning of the graph.
func (g Graph) bounded(to bound) Graph {
	arrows, keep := 0, 0
	for ; keep < len(g.Nodes) && keep < to.nodes; keep++ {
		if arrows += len(g.Nodes[keep].Needs); arrows > to.arrows {
			break
		}
	}
	g.More = len(g.Nodes) - keep
	g.Nodes = slices.Clone(g.Nodes[:keep])
	for i := range g.Nodes { // on a cycle a need may be behind
		g.Nodes[i].Needs = slices.DeleteFunc(slices.Clone(g.Nodes[i].Needs), func(n int) bool { return n >= keep })
	}
	return g
}
