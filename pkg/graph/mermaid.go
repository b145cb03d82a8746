package graph

import (
	"fmt"
	"strings"
	"unicode"
)

// Mermaid draws the graph as a Mermaid flowchart, which GitHub and GitLab show in Markdown. Of a
// large graph it has the beginning, and says how much is missing.
func (g Graph) Mermaid() string {
	var b strings.Builder
	g = g.bounded(bound{nodes: 80, arrows: 160}) // at 500 arrows Mermaid gives up, at half of that it is slow
	b.WriteString(`%%{init: {"flowchart": {"nodeSpacing": 24, "rankSpacing": 28, "padding": 10}}}%%` + "\nflowchart " + g.direction() + "\n")
	waves := g.waves()
	grouped := len(waves) != len(g.Nodes)
	for _, wave := range waves {
		indent := "  "
		if grouped {
			number := g.Nodes[wave[0]].Wave
			fmt.Fprintf(&b, "  subgraph w%d[%s]\n", number, mermaidText(title(number)))
			indent = "    "
		}
		for _, i := range wave {
			fmt.Fprintf(&b, "%sn%d[%s]\n", indent, i, mermaidText(g.Nodes[i].lines()...))
		}
		if grouped {
			b.WriteString("  end\n")
		}
	}
	for i := range g.Nodes {
		for _, need := range g.Nodes[i].Needs {
			fmt.Fprintf(&b, "  n%d --> n%d\n", need, i)
		}
	}
	if g.More > 0 {
		fmt.Fprintf(&b, "  more[%s]\n  n%d -.-> more\n", mermaidText(more(g.More)), len(g.Nodes)-1)
	}
	for i, name := range g.Wakes {
		fmt.Fprintf(&b, "  wakes%d(%s)\n", i, mermaidText(name, "lets events wake the others"))
	}
	return b.String()
}

func more(n int) string { return "and " + count(n, "more component") }

// direction is the one in which the picture is less wide: a wave is as wide as four lines are high.
func (g *Graph) direction() string {
	widest := 0
	for _, wave := range g.waves() {
		widest = max(widest, len(wave))
	}
	if g.Waves > widest {
		return "TB"
	}
	return "LR"
}

// mermaidText quotes lines. What Mermaid, HTML or Markdown may take for more than text becomes the
// number of its character.
func mermaidText(lines ...string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, line := range lines {
		if i > 0 {
			b.WriteString("<br/>")
		}
		for _, r := range line {
			if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" .,:/+-…", r) {
				b.WriteRune(r)
			} else {
				fmt.Fprintf(&b, "#%d;", r)
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}
