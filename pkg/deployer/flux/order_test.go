package flux_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// reach maps each node to everything that it leads to.
func reach(edges map[string][]string) map[string]map[string]bool {
	all := map[string]map[string]bool{}
	var visit func(from, at string)
	visit = func(from, at string) {
		for _, next := range edges[at] {
			if !all[from][next] {
				all[from][next] = true
				visit(from, next)
			}
		}
	}
	for n := range edges {
		all[n] = map[string]bool{}
		visit(n, n)
	}
	return all
}

// checkOrder checks what must hold of any plan: nobody waits for itself or for
// one that stands later, everybody is there, no edge is superfluous, and the
// edges mean exactly what the recipe means.
func checkOrder(t *testing.T, g *flux.Generator, plan *flux.Plan) {
	t.Helper()
	place, edges, wanted := map[string]int{}, map[string][]string{}, map[string][]string{}
	last := map[string]string{}
	for i, r := range plan.Releases {
		place[r.Name], edges[r.Name], last[r.Component] = i, r.DependsOn, r.Name
	}
	for i, r := range plan.Releases {
		for _, d := range r.DependsOn {
			if at, ok := place[d]; !ok || at >= i {
				t.Errorf("%s stands at %d and waits for %s at %d", r.Name, i, d, at)
			}
		}
	}
	got := reach(edges)
	for name, direct := range edges {
		for _, d := range direct {
			for _, other := range direct {
				if other != d && got[other][d] {
					t.Errorf("%s waits for %s, and so does %s, for which it waits too", name, d, other)
				}
			}
		}
	}

	// What the recipe means, written down naively.
	names := releasesOf(t, g)
	if len(names) != len(plan.Releases) {
		t.Fatalf("%d releases, want %v", len(plan.Releases), names)
	}
	shippers := map[string]string{}
	for _, r := range plan.Releases {
		if r.Local != nil {
			for _, ns := range r.Local.Namespaces {
				shippers[ns.Name] = r.Name
			}
		}
	}
	for i, r := range plan.Releases {
		wanted[r.Name] = nil
		if s := shippers[r.TargetNamespace]; s != "" && s != r.Name {
			wanted[r.Name] = append(wanted[r.Name], s)
		}
		switch {
		case i > 0 && g.Ordering != flux.OrderGraph:
			wanted[r.Name] = append(wanted[r.Name], plan.Releases[i-1].Name)
		case slices.Index(names, r.Name) > 0 && componentOf(names, plan, r.Name, -1) == r.Component:
			wanted[r.Name] = append(wanted[r.Name], names[slices.Index(names, r.Name)-1])
		default:
			for _, dep := range g.RecipeResult.Component(r.Component).DependencyRefs {
				if to := last[dep]; to != "" {
					wanted[r.Name] = append(wanted[r.Name], to)
				}
			}
		}
	}
	want := reach(wanted)
	for name := range want {
		for other := range place {
			if want[name][other] != got[name][other] {
				t.Errorf("%s waits for %s: %t, want %t", name, other, got[name][other], want[name][other])
			}
		}
	}
}

// releasesOf lists the releases component by component.
func releasesOf(t *testing.T, g *flux.Generator) []string {
	t.Helper()
	order, err := g.RecipeResult.Order()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, component := range order {
		ref := g.RecipeResult.Component(component)
		if len(g.ComponentPreManifests[component]) > 0 {
			names = append(names, component+"-pre")
		}
		names = append(names, component)
		if !ref.ManifestOnly() && len(g.ComponentManifests[component]) > 0 {
			names = append(names, component+"-post")
		}
	}
	return names
}

// componentOf is the component of the release that stands by before name.
func componentOf(names []string, plan *flux.Plan, name string, by int) string {
	neighbour := names[slices.Index(names, name)+by]
	i := slices.IndexFunc(plan.Releases, func(r flux.Release) bool { return r.Name == neighbour })
	return plan.Releases[i].Component
}

func TestAnyGraphKeepsExactlyItsMeaning(t *testing.T) {
	for seed := range 300 {
		rng := rand.New(rand.NewPCG(uint64(seed), 21))
		g := newGenerator()
		n := 1 + rng.IntN(30)
		density := rng.IntN(60)
		for i := range n {
			name := fmt.Sprintf("c%02d", i)
			ref := chartRef(name)
			for j := range i {
				if rng.IntN(100) < density {
					ref.DependencyRefs = append(ref.DependencyRefs, fmt.Sprintf("c%02d", j))
				}
			}
			if rng.IntN(10) == 0 && i > 0 {
				ref.Overrides = map[string]any{"enabled": false}
			}
			if rng.IntN(4) == 0 {
				g.ComponentPreManifests[name] = manifests("m.yaml", manifest)
			}
			if rng.IntN(4) == 0 {
				g.ComponentManifests[name] = manifests("m.yaml", manifest)
			}
			g.RecipeResult.ComponentRefs = append(g.RecipeResult.ComponentRefs, ref)
		}
		// A namespace that the first component ships for some of the others.
		if rng.IntN(2) == 0 && g.RecipeResult.ComponentRefs[0].Enabled() {
			g.ComponentPreManifests["c00"] = manifests("ns.yaml", namespace("shared", keep))
			for i := range g.RecipeResult.ComponentRefs {
				if rng.IntN(3) == 0 {
					g.RecipeResult.ComponentRefs[i].Namespace = "shared"
				}
			}
		}
		chain, parallel := mustPlan(t, g), mustPlan(t, inGraph(g))
		checkOrder(t, g, chain)
		checkOrder(t, inGraph(g), parallel)
		checkOrderNote(t, chain, parallel)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// checkOrderNote wants the chain to say how many releases wait for each other in the graph, where
// that is less, and not in a small bundle.
func checkOrderNote(t *testing.T, chain, parallel *flux.Plan) {
	t.Helper()
	const marker = "with `Ordering` graph ("
	longest := 0
	depth := map[string]int{}
	for _, r := range parallel.Releases {
		depth[r.Name] = 1
		for _, d := range r.DependsOn {
			depth[r.Name] = max(depth[r.Name], depth[d]+1)
		}
		longest = max(longest, depth[r.Name])
	}
	want, all := "", len(chain.Releases)
	if longest < all && all >= 5 {
		want = fmt.Sprintf("%sat most %d releases wait for each other instead of %d)", marker, longest, all)
	}
	for plan, want := range map[*flux.Plan]string{chain: want, parallel: ""} {
		got := ""
		for _, note := range plan.Output().DeploymentNotes {
			if _, after, ok := strings.Cut(note, marker); ok {
				until, _, _ := strings.Cut(after, ")")
				got = marker + until + ")"
			}
		}
		if got != want {
			t.Errorf("the note is %q, want %q", got, want)
		}
	}
}

func TestChainFollowsTheOrderAndGraphRunsInParallel(t *testing.T) {
	g := newGenerator(chartRef("a"), chartRef("b", "a"), chartRef("c", "a", "b"), chartRef("d"))
	g.RecipeResult.DeploymentOrder = []string{"d", "a", "b", "c"}
	g.ComponentPreManifests["b"], g.ComponentManifests["b"] = manifests("m.yaml", manifest), manifests("m.yaml", manifest)
	for _, c := range []struct {
		g    *flux.Generator
		want string
	}{{g, "d[] a[d] b-pre[a] b[b-pre] b-post[b] c[b-post]"}, {inGraph(g), "d[] a[] b-pre[a] b[b-pre] b-post[b] c[b-post]"}} {
		_, fsys, _ := proved(t, c.g)
		var got []string
		for _, r := range mustPlan(t, c.g).Releases {
			got = append(got, r.Name+fmt.Sprint(needs(helmRelease(t, fsys, r.Name))))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestAnySourcesHaveNamesOfTheirOwn(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 63))
	parts := []string{"h", "H", "a", ".", "-", "_", "/", "//", "x.git", strings.Repeat("long-", 15), "é", "~", "%20", ":8080", "1"}
	for range 100 {
		var urls []string
		for range 1 + rng.IntN(20) {
			u := []string{"https://h", "oci://h", "http://h", "https://H", "oci://h.x"}[rng.IntN(5)]
			if rng.IntN(3) > 0 {
				u += "/"
				for range rng.IntN(4) {
					u += parts[rng.IntN(len(parts))]
				}
			}
			if _, err := recipe.ParseRepository(u); err == nil {
				urls = append(urls, u)
			}
		}
		if len(urls) == 0 {
			continue
		}
		names := map[string]string{}
		for round := range 2 {
			plan := mustPlan(t, fromEach(urls...))
			taken := map[string]bool{}
			for _, r := range plan.Repositories {
				if taken[r.Name] || len(r.Name) > 63 || !sourceName.MatchString(r.Name) {
					t.Errorf("%s is named %q", r.URL, r.Name)
				}
				if taken[r.Name] = true; round > 0 && names[r.URL] != r.Name {
					t.Errorf("%s is named %q and %q", r.URL, names[r.URL], r.Name)
				}
				names[r.URL] = r.Name
			}
			slices.Reverse(urls)
		}
	}
}
