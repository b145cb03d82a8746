package flux_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/graph"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// TestTheREADMEShowsTheRolloutOfTheBundle holds its picture against what is read from the bundle,
// and bounds it: a thousand components are more than Mermaid draws.
func TestTheREADMEShowsTheRolloutOfTheBundle(t *testing.T) {
	many := make([]recipe.ComponentRef, 1000)
	for i := range many {
		many[i] = chartRef(fmt.Sprintf("c%04d", i))
		if i > 0 {
			many[i].DependencyRefs = []string{many[i/3].Name}
		}
	}
	events := mixedComponent()
	events.EventDriven = true
	for name, g := range map[string]*flux.Generator{
		"chain": events, "graph": inGraph(mixedComponent()), "a thousand": newGenerator(many...), "a thousand in a graph": inGraph(newGenerator(many...)),
	} {
		_, fsys := render(t, g)
		r, err := rollout.Read(t.Context(), fsys, rollout.Options{})
		if err != nil {
			t.Fatal(err)
		}
		read := graph.Of(r)
		for i := range read.Nodes { // which the README leaves out
			for k := range read.Nodes[i].Releases {
				read.Nodes[i].Releases[k].Version, read.Nodes[i].Releases[k].AppVersion = "", ""
			}
		}
		readme := string(fsys["README.md"].Data)
		_, picture, _ := strings.Cut(readme, "```mermaid\n")
		picture, _, _ = strings.Cut(picture, "```\n")
		if picture != read.Mermaid() {
			t.Errorf("%s: the README shows\n%s\nthe bundle has\n%s", name, picture, read.Mermaid())
		}
		if size := len(picture); size > 20_000 {
			t.Errorf("%s: the picture has %d bytes", name, size)
		}
		if !strings.Contains(readme, read.Summary()+":") {
			t.Errorf("%s: the README does not say %q", name, read.Summary())
		}
	}
}
