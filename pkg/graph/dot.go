package graph

import (
	"fmt"
	"strings"
)

// DOT draws the graph in the language of Graphviz: "dot -Tsvg" makes a picture of it.
func (g Graph) DOT() string {
	var b strings.Builder
	b.WriteString("digraph rollout {\n")
	fmt.Fprintf(&b, "  rankdir=%s\n", g.direction())
	b.WriteString("  node [shape=box style=rounded fontname=\"sans-serif\" fontsize=11]\n  edge [arrowsize=0.7]\n")
	for _, wave := range g.waves() {
		number := g.Nodes[wave[0]].Wave
		fmt.Fprintf(&b, "  subgraph cluster_%d {\n    label=%s fontname=\"sans-serif\" fontsize=10 color=gray\n", number, dotText(title(number)))
		for _, i := range wave {
			fmt.Fprintf(&b, "    n%d [label=%s]\n", i, dotText(g.Nodes[i].lines()...))
		}
		b.WriteString("  }\n")
	}
	for i := range g.Nodes {
		for _, need := range g.Nodes[i].Needs {
			fmt.Fprintf(&b, "  n%d -> n%d\n", need, i)
		}
	}
	for i, name := range g.Wakes {
		fmt.Fprintf(&b, "  wakes%d [style=\"rounded,dashed\" label=%s]\n", i, dotText(name, "lets events wake the others"))
	}
	b.WriteString("}\n")
	return b.String()
}

// dotText quotes lines. Graphviz reads entities of HTML in every text.
func dotText(lines ...string) string {
	quoted := make([]string, len(lines))
	for i, line := range lines {
		quoted[i] = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;").Replace(line)
	}
	return `"` + strings.Join(quoted, `\n`) + `"`
}
