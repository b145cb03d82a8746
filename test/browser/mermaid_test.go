package browser

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/aicr-flux/aicr/pkg/graph"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// evil tries to be more than text in Mermaid, HTML and Markdown.
const evil = "\"]; click n0 \"javascript:alert(1)\"\n```\n<script>alert(1)</script> & #quot; 1. - *x* \\ `x` %%{init}%% end"

// chart is a graph of n components of which each wave waits for all of the wave before.
func chart(n, perWave int, name string) graph.Graph {
	all := make([]graph.Release, n)
	for i := range all {
		of := fmt.Sprintf("c%d%s", i, name)
		all[i].Summary = rollout.Summary{Name: of, Component: of, Version: "v1.0.0-rc.1+b", Source: "https://charts.example.com/a_b/" + name}
		first := i/perWave*perWave - perWave
		for k := max(0, first); k < first+perWave; k++ {
			all[i].Needs = append(all[i].Needs, k)
		}
	}
	return graph.New(append(all, graph.Release{Summary: rollout.Summary{Name: "wake" + name, Component: "wake"}, Wakes: true}))
}

// TestMermaidDrawsThePictures renders flowcharts with Mermaid's own program, set as GitHub sets it.
func TestMermaidDrawsThePictures(t *testing.T) {
	mermaid := script(t, "mermaid/dist/mermaid.min.js")
	ctx := tab(t)
	do(ctx, t, chromedp.Navigate(page(t, "<!doctype html><title>pictures</title>")))
	evaluate[any](ctx, t, mermaid+`;mermaid.initialize({startOnLoad: false, securityLevel: "strict", suppressErrorRendering: true})`)
	for name, g := range map[string]graph.Graph{
		"a chain": chart(18, 1, ""), "waves": chart(20, 4, ""), "hostile": chart(4, 2, evil), "a thousand": chart(1000, 1, ""),
		"a thousand, wide": chart(1000, 40, ""), "a cycle": graph.New([]graph.Release{
			{Summary: rollout.Summary{Name: "a", Component: "a"}, Needs: []int{1}}, {Summary: rollout.Summary{Name: "b", Component: "b"}, Needs: []int{0}},
		}),
	} {
		text, err := json.Marshal(g.Mermaid())
		if err != nil {
			t.Fatal(err)
		}
		type picture struct {
			Nodes, Arrows, Scripts int
			Text                   string
		}
		drawn := evaluate[picture](ctx, t, `(async () => {
			const {svg} = await mermaid.render("drawn", `+string(text)+`)
			const of = new DOMParser().parseFromString(svg, "text/html")
			const count = what => of.querySelectorAll(what).length
			return {Nodes: count("g.node"), Arrows: count("path.flowchart-link"), Scripts: count("script,a"), Text: of.body.textContent}
		})()`)
		nodes, arrows := min(len(g.Nodes), 80)+len(g.Wakes), strings.Count(g.Mermaid(), "->")
		if len(g.Nodes) > 80 {
			nodes++ // says how many more
		}
		if !strings.Contains(name, "wide") && drawn.Nodes != nodes || drawn.Arrows != arrows || drawn.Scripts > 0 {
			t.Errorf("%s: Mermaid drew %+v, want %d nodes and %d arrows", name, drawn, nodes, arrows)
		}
		if name == "hostile" && !strings.Contains(drawn.Text, "<script>alert(1)</script>") {
			t.Errorf("%s: the text is not what it is:\n%s", name, drawn.Text)
		}
	}
}
