package graph

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/aicr-flux/aicr/internal/printable"
)

// columns is how wide a tree is.
const columns = 80

// Tree draws the graph for a terminal: the waves, the components in each, and what is to say of
// them. Where one component follows the other, each is a line with its number.
func (g Graph) Tree() string {
	var b strings.Builder
	b.WriteString(g.Summary() + "\n")
	chained := g.chained()
	if chained {
		b.WriteString("\n")
	}
	name, version := g.widths()
	for w, wave := range g.waves() {
		if !chained {
			fmt.Fprintf(&b, "\n%s\n", title(g.Nodes[wave[0]].Wave))
		}
		for k, i := range wave {
			n := &g.Nodes[i]
			branch, below := "├─ ", "│    "
			if k == len(wave)-1 {
				branch, below = "└─ ", "     "
			}
			if chained {
				branch, below = fmt.Sprintf("%3d  ", n.Wave), "       "
			}
			head := fmt.Sprintf("%s%-*s  %-*s  %s", branch, name, cut(n.Name, name), version, cut(n.version(), version), n.source())
			b.WriteString(strings.TrimRight(cut(head, columns), " ") + "\n")
			lines := n.details()
			if after := g.after(i, w); after != "" {
				lines = append(lines, after)
			}
			for _, line := range lines {
				b.WriteString(printable.Wrap(columns, below, below+"  ", line))
			}
		}
	}
	for _, name := range g.Wakes {
		fmt.Fprintf(&b, "\napart: %s, which lets events wake the others\n", name)
	}
	return b.String()
}

// widths are those of the columns of names and versions.
func (g *Graph) widths() (name, version int) {
	const mostName, mostVersion = 32, 14
	for i := range g.Nodes {
		n := &g.Nodes[i]
		name, version = max(name, utf8.RuneCountInString(n.Name)), max(version, utf8.RuneCountInString(n.version()))
	}
	return min(name, mostName), min(version, mostVersion)
}

// after says what a node waits for, unless that is the one node of the wave before.
func (g *Graph) after(i, wave int) string {
	n := &g.Nodes[i]
	if len(n.Needs) == 0 || len(n.Needs) == 1 && n.Wave > 1 && len(g.waves()[wave-1]) == 1 {
		return ""
	}
	names := make([]string, len(n.Needs))
	for k, need := range n.Needs {
		names[k] = g.Nodes[need].Name
	}
	return "after " + strings.Join(names, ", ")
}
