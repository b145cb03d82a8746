package flux_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/prooftest"
)

// randomGenerator makes a recipe of up to 12 components with everything that a
// recipe may have. What it makes is always valid.
func randomGenerator(rng *rand.Rand) *flux.Generator {
	pick := func(from []string) string { return from[rng.IntN(len(from))] }
	chance := func(percent int) bool { return rng.IntN(100) < percent }
	texts := slices.DeleteFunc(slices.Clone(awkward), func(s string) bool { return !carried(s) })

	count := 1 + rng.IntN(12)
	var names []string
	for i := range count {
		names = append(names, fmt.Sprintf("%s%d", pick([]string{"a", "gpu-operator-", "n", "0", "on", "null-"}), i))
	}
	rng.Shuffle(count, func(i, j int) { names[i], names[j] = names[j], names[i] })
	var refs []recipe.ComponentRef
	objects := 0 // no two objects of one name: helm-controller would refuse them in one release
	g := newGenerator()
	for i, name := range names {
		ref := recipe.ComponentRef{Name: name, Namespace: pick([]string{"default", "gpu", "123", "on", "x-" + name})}
		for _, earlier := range names[:i] {
			if chance(25) {
				ref.DependencyRefs = append(ref.DependencyRefs, earlier)
			}
		}
		files := func(into map[string]map[string][]byte) {
			into[name] = map[string][]byte{}
			for range 1 + rng.IntN(3) {
				path := pick([]string{"a/m.yaml", "b/m.yaml", "c/n.yaml", "m.yaml", "d/e/m.yaml"})
				objects++
				body := fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c%d\ndata:\n  x: %s\n", objects, pick([]string{"\"y\"", "{{ .Values | toJson | quote }}", "{{ .Release.Name | quote }}", "{{/* .Values */}}z"}))
				into[name][path] = []byte(body)
			}
		}
		if chance(30) {
			files(g.ComponentManifests)
		} else {
			ref.Source = pick([]string{"https://h/x", "https://h/x/", "oci://h/x", "oci://H/x", "https://h/y", "http://h:8080/y", "https://h/X_"})
			ref.Version, ref.Chart = pick([]string{"1.2.3", "v1.2.3", "1.10", ">=1.0.0", "*"}), pick([]string{"", "chart", "chart.1"})
			if chance(30) {
				files(g.ComponentManifests)
			}
		}
		if chance(30) {
			files(g.ComponentPreManifests)
		}
		if chance(80) {
			g.ComponentValues[name] = randomMap(rng, texts, 3)
		}
		if chance(40) {
			for k := range g.ComponentValues[name] {
				if k != "" && regexp.MustCompile(`^[a-z]+$`).MatchString(k) {
					g.DynamicValues[name] = append(g.DynamicValues[name], k)
					break
				}
			}
			g.DynamicValues[name] = append(g.DynamicValues[name], `not\.there.at-all`)
		}
		refs = append(refs, ref)
	}
	g.RecipeResult.ComponentRefs = slices.Clone(refs)
	if chance(50) {
		g.RecipeResult.DeploymentOrder = names
	}
	rng.Shuffle(count, func(i, j int) {
		r := g.RecipeResult.ComponentRefs
		r[i], r[j] = r[j], r[i]
	})
	if chance(50) {
		g.RepoPath, g.TargetRevision = "a b/"+pick([]string{"x", "é", "${y}", "1e3"}), pick([]string{"main", "1.10", "on", "a#b", "${x}"})
	}
	return g
}

// carried says whether kustomize carries s; the generator refuses it otherwise.
func carried(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x7f && r <= 0x9f || r == 0xfffe || r == 0xffff })
}

func randomMap(rng *rand.Rand, texts []string, depth int) map[string]any {
	m := map[string]any{}
	for range 1 + rng.IntN(5) {
		key := texts[rng.IntN(len(texts))]
		if key == "<<" || rng.IntN(2) == 0 {
			key = []string{"driver", "values", "nodes", "on", "a.b"}[rng.IntN(5)]
		}
		m[key] = randomValue(rng, texts, depth-1)
	}
	return m
}

func randomValue(rng *rand.Rand, texts []string, depth int) any {
	switch n := rng.IntN(12); {
	case depth > 0 && n < 3:
		return randomMap(rng, texts, depth)
	case depth > 0 && n < 5:
		list := make([]any, rng.IntN(4))
		for i := range list {
			list[i] = randomValue(rng, texts, depth-1)
		}
		return list
	case n == 5:
		return []any{true, false, nil, map[string]any{}, []any{}}[rng.IntN(5)]
	case n == 6:
		return []any{int64(math.MaxInt64), int64(math.MinInt64), int64(0), int64(-1), rng.Int64()}[rng.IntN(5)]
	case n == 7:
		return []any{0.5, -1.25, 1e21, 1e-7, 3.0, rng.NormFloat64()}[rng.IntN(6)]
	}
	return texts[rng.IntN(len(texts))]
}

func TestAnyRecipeGivesABundleThatDecodesBackToItsPlan(t *testing.T) {
	runs := 60
	if testing.Short() {
		runs = 10
	}
	for seed := range runs {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(uint64(seed), 20))
			g := randomGenerator(rng)
			if rng.IntN(2) == 0 {
				g = inOCI(g)
			}
			if rng.IntN(2) == 0 {
				g = inGraph(g)
			}
			plan, fsys := render(t, g)
			report := prooftest.Check(t, fsys, externals(g)...)
			guarded(t, report)
			samePlan(t, plan, fsys)
			_, again := render(t, g)
			if diff := cmp.Diff(fsys, again); diff != "" {
				t.Errorf("two runs differ:\n%s", diff)
			}
		})
	}
}

// FuzzAnyText puts a text into every field that takes one.
func FuzzAnyText(f *testing.F) {
	for _, s := range []string{"a", "1e3", "a: b\n", "${x}", "\x00"} { // TestHazard02 has the rest
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { survives(t, generatorOf(s), s) })
}

// FuzzRecipe makes random recipes.
func FuzzRecipe(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		g := randomGenerator(rand.New(rand.NewPCG(a, b)))
		for _, g := range []*flux.Generator{g, inGraph(g)} {
			plan, fsys := render(t, g)
			samePlan(t, plan, fsys)
			checkOrder(t, g, plan)
		}
	})
}
