package recipe_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// refs writes components in short: "a>b,c" depends on b and c, "-a" is switched off.
func refs(short string) string {
	doc := "componentRefs:\n"
	for _, ref := range strings.Fields(short) {
		name, deps, _ := strings.Cut(ref, ">")
		doc += fmt.Sprintf("- name: %s\n  namespace: n\n  manifestFiles: [x]\n  dependencyRefs: [%s]\n", strings.TrimPrefix(name, "-"), deps)
		if strings.HasPrefix(name, "-") {
			doc += "  overrides: {enabled: false}\n"
		}
	}
	return doc
}

func TestOrder(t *testing.T) {
	for name, c := range map[string]struct{ refs, order, want string }{
		"as given":                         {"a b c", "c a b", "c a b"},
		"missed ones go last, by name":     {"d a c b", "c", "c a b d"},
		"missed ones go by dependency":     {"a>b b>d d c", "c", "c d b a"},
		"none given: topological":          {"a>c b c>b", "", "b c a"},
		"none given: ties by name":         {"c b a z>a", "", "a b c z"},
		"none given: many ties":            {"h d b k f a j c i e g", "", "a b c d e f g h i j k"},
		"ready names compete at each step": {"a>z b y>b z", "", "b y z a"},
		"disabled ones are left out":       {"a -b c", "a b c", "a c"},
		"edges to disabled ones are free":  {"a>b -b>a", "", "a"},
		"a cycle through a disabled one":   {"a>b -b>c c>a", "", "a c"},
		"a disabled one may need itself":   {"a -b>b", "", "a"},
		"a dependency named twice":         {"a>b,b b", "", "b a"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := load(t, refs(c.refs)+"deploymentOrder: ["+strings.ReplaceAll(c.order, " ", ",")+"]\n", true)
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.Order()
			if err != nil || strings.Join(got, " ") != c.want {
				t.Errorf("got %v (%v), want %s", got, err, c.want)
			}
		})
	}
}

func TestImpossibleOrders(t *testing.T) {
	for name, c := range map[string]struct{ refs, order, want string }{
		"cycle":                  {"a>b b>c c>a", "", "line 5: dependencyRefs form a cycle: a needs b needs c needs a; remove one of these references"},
		"cycle behind a tail":    {"a>b b>c c>b", "", "line 9: dependencyRefs form a cycle: b needs c needs b; remove one of these references"},
		"needs itself":           {"a>a", "", "line 5: dependencyRefs form a cycle: a needs a; remove one of these references"},
		"a listed one likewise":  {"a>a", "a", "line 5: dependencyRefs form a cycle: a needs a; remove one of these references"},
		"a listed cycle":         {"a>b b>a", "a b", "line 5: dependencyRefs form a cycle: a needs b needs a; remove one of these references"},
		"two cycles":             {"a>b b>a c>d d>c", "", "line 5: dependencyRefs form a cycle: a needs b needs a; remove one of these references\nline 13: dependencyRefs form a cycle: c needs d needs c; remove one of these references"},
		"contradiction":          {"a>b b", "a b", `line 10: deploymentOrder puts "a" before "b", which it depends on; swap them or remove the dependencyRefs entry`},
		"contradiction, missed":  {"a>b b", "a", `line 10: deploymentOrder puts "a" before "b", which it depends on and which the order misses, so that it would go last; add it before`},
		"contradiction and more": {"a>b b", "a b q", "line 10: deploymentOrder[2] names \"q\", which is no component of the recipe; add it or remove the entry\n" + `line 10: deploymentOrder puts "a" before "b", which it depends on; swap them or remove the dependencyRefs entry`},
		"twice, disabled":        {"a -b", "b b", `line 11: deploymentOrder names "b" twice (entries 0 and 1); remove one`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, refs(c.refs)+"deploymentOrder: ["+strings.ReplaceAll(c.order, " ", ",")+"]\n", true)
			if errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
				t.Fatalf("got %v", err)
			}
			if got := problems(t, err); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
	_, err := (&recipe.RecipeResult{ComponentRefs: []recipe.ComponentRef{{Name: "a", DependencyRefs: []string{"a", "b"}}}}).Order()
	want := "2 problems:\n  - component \"a\": dependencyRefs names \"b\", which is no component of the recipe; add it or remove the reference\n" +
		"  - dependencyRefs form a cycle: a needs a; remove one of these references"
	if err == nil || err.Error() != want {
		t.Errorf("a recipe without lines: %v", err)
	}
}

// checkOrder asserts what holds for the order of any valid recipe.
func checkOrder(t *testing.T, r *recipe.RecipeResult) {
	t.Helper()
	order, err := r.Order()
	if err != nil {
		t.Fatalf("a valid recipe has no order: %v", err)
	}
	place := map[string]int{}
	for i, name := range order {
		place[name] = i
	}
	enabled := 0
	for i := range r.ComponentRefs {
		ref := &r.ComponentRefs[i]
		if !ref.Enabled() {
			continue
		}
		enabled++
		at, placed := place[ref.Name]
		if !placed {
			t.Fatalf("%q is missing in %v", ref.Name, order)
		}
		for _, dep := range ref.DependencyRefs {
			if d, ok := place[dep]; ok && d >= at {
				t.Fatalf("%q stands before %q, which it needs: %v", ref.Name, dep, order)
			}
		}
	}
	if len(order) != enabled || len(place) != enabled {
		t.Fatalf("%v is no permutation of the %d enabled components", order, enabled)
	}
	if again, _ := r.Order(); !slices.Equal(order, again) {
		t.Fatalf("two orders: %v, %v", order, again)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		everything, "", "{}", "{\"componentRefs\":[{\"name\":\"a\"}]}", refs("a>b b>a"), refs("a>b b -c>a"), "componentRefs:" + good + good,
		"a: &a [*a]", "? [a]\n: b", "--- a\n--- b", "componentRefs: &s [*s]", "\xff", "%YAML 1.1\n---\nkind: x", "validation: !!binary aGk=", "validation: {~: 1}", "validation: {<<: [1]}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, document string) {
		r, err := recipe.Parse([]byte(document), false)
		if err != nil {
			if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || err.Error() == "" {
				t.Fatalf("code %s of %q", errors.CodeOf(err), err)
			}
			return
		}
		if r.Validate() == nil {
			checkOrder(t, r)
		}
	})
}
