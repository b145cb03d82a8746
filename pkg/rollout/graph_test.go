package rollout_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// chain writes releases in short: "a>b,c" waits for b and c.
func chain(t *testing.T, short string) *rollout.Rollout {
	t.Helper()
	var b strings.Builder
	b.WriteString("-- kustomization.yaml --\nresources: [a.yaml]\n-- a.yaml --\n")
	for _, one := range strings.Fields(short) {
		name, needs, _ := strings.Cut(one, ">")
		fmt.Fprintf(&b, "---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: %s, namespace: n}\nspec:\n  dependsOn:\n", name)
		for need := range strings.SplitSeq(needs, ",") {
			if need != "" {
				fmt.Fprintf(&b, "  - name: %s\n", need)
			}
		}
	}
	return read(t, b.String())
}

func names(releases []*rollout.Release) string {
	var all []string
	for _, r := range releases {
		all = append(all, r.Name)
	}
	return strings.Join(all, " ")
}

func TestGraph(t *testing.T) {
	for _, c := range []struct{ releases, order, cycles string }{
		{"a b c", "a b c", ""},
		{"c>b b>a a", "a b c", ""},
		{"d>b,c b>a c>a a", "a b c d", ""},
		{"a>gone b>a", "a b", ""},
		{"a>b b>a c>a d", "d", "a → b → a"},
		{"a>a b", "b", "a → a"},
	} {
		g := chain(t, c.releases).Graph()
		var cycles []string
		for _, cycle := range g.Cycles() {
			cycles = append(cycles, rollout.Way(cycle))
		}
		got := []string{names(g.Order()), strings.Join(cycles, "; ")}
		if want := []string{c.order, c.cycles}; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %q, want %q", c.releases, got, want)
		}
	}
}

func TestGraphWaitsAndBehind(t *testing.T) {
	r := chain(t, "a b>a c>b d>a e f>f")
	g := r.Graph()
	byName := map[string]*rollout.Release{}
	for _, release := range r.Releases {
		byName[release.Name] = release
	}
	for pair, want := range map[string]bool{"c a": true, "c b": true, "a c": false, "d b": false, "e a": false, "a a": false, "f f": true} {
		from, to, _ := strings.Cut(pair, " ")
		if got := g.Waits(byName[from], byName[to]); got != want {
			t.Errorf("%s waits for %s: %v", from, to, got)
		}
	}
	for name, want := range map[string]int{"a": 3, "b": 1, "c": 0, "f": 0} {
		if got, known := g.Behind(byName[name].Ref); got != want || !known {
			t.Errorf("%d wait for %s, want %d", got, name, want)
		}
	}
	if _, known := g.Behind(rollout.Ref{Kind: "HelmRelease", Namespace: "n", Name: "gone"}); known {
		t.Error("a release that the bundle does not have is known")
	}
}
