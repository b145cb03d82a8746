package graph_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/aicr-flux/aicr/internal/graph"
)

func TestSort(t *testing.T) {
	for _, c := range []struct {
		name  string
		needs graph.Graph
		want  string
	}{
		{"free ones go by number", graph.Graph{{}, {}, {}}, "[0 1 2]"},
		{"a need goes first", graph.Graph{{2}, {}, {}}, "[1 2 0]"},
		{"a need named twice", graph.Graph{{1, 1}, {}}, "[1 0]"},
		{"ready ones compete at each step", graph.Graph{{3}, {}, {3}, {}}, "[1 3 0 2]"},
		{"a cycle and what is behind it", graph.Graph{{1}, {0}, {1}, {}}, "[3]"},
		{"nothing", nil, "[]"},
	} {
		if got := fmt.Sprint(c.needs.Sort()); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestCycles(t *testing.T) {
	for _, c := range []struct {
		name  string
		needs graph.Graph
		want  string
	}{
		{"none", graph.Graph{{1}, {}}, "[]"},
		{"itself", graph.Graph{{}, {1}}, "[[1 1]]"},
		{"behind a tail", graph.Graph{{1}, {2}, {1}}, "[[1 2 1]]"},
		{"two", graph.Graph{{1}, {0}, {3}, {2}}, "[[0 1 0] [2 3 2]]"},
		{"the shortest", graph.Graph{{1}, {2, 3}, {3}, {0}}, "[[0 1 3 0]]"},
	} {
		if got := fmt.Sprint(c.needs.Cycles()); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestReach(t *testing.T) {
	g := graph.Graph{{1}, {2}, {}, {3}}
	for from, want := range map[int]string{0: "map[1:true 2:true]", 2: "map[]", 3: "map[3:true]"} {
		if got := fmt.Sprint(g.Reach(from)); got != want {
			t.Errorf("from %d: got %s, want %s", from, got, want)
		}
	}
	if got := fmt.Sprint(g.Dependents().Reach(2)); got != "map[0:true 1:true]" {
		t.Errorf("behind 2: %s", got)
	}
}

// TestReduceKeepsWhatWaits holds random graphs against their reductions: the same waits, with no
// need that another one implies.
func TestReduceKeepsWhatWaits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		g := make(graph.Graph, random.IntN(12))
		for i := range g {
			for n := range i {
				if random.IntN(3) == 0 {
					g[i] = append(g[i], n)
				}
			}
		}
		reduced := g.Reduce()
		for i := range g {
			if want, got := fmt.Sprint(g.Reach(i)), fmt.Sprint(reduced.Reach(i)); got != want {
				t.Fatalf("%v became %v: %d waits for %s, want %s", g, reduced, i, got, want)
			}
			for _, n := range reduced[i] {
				for _, other := range reduced[i] {
					if reduced.Reach(other)[n] {
						t.Fatalf("%v became %v: %d needs %d through %d", g, reduced, i, n, other)
					}
				}
			}
		}
	}
}
