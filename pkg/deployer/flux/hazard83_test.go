package flux_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
)

// TestHazard83_TheReadmeUninstallsInOrder, for this very bundle: each release once, and before those
// that it waits for.
func TestHazard83_TheReadmeUninstallsInOrder(t *testing.T) {
	many := newGenerator()
	for i := range 30 {
		ref := chartRef(fmt.Sprintf("component-%d", i))
		if i > 0 {
			ref.DependencyRefs = []string{"component-0"}
		}
		many.RecipeResult.ComponentRefs = append(many.RecipeResult.ComponentRefs, ref)
		many.ComponentManifests[ref.Name] = manifests("m.yaml", manifest)
	}
	loop := regexp.MustCompile(`(?s)\n    for release in( .*?); do\n      kubectl -n flux-system delete helmrelease "\$release" \|\| break\n    done\n`)
	for name, g := range map[string]*flux.Generator{"chain": many, "graph": inGraph(many), "oci": inOCI(many), "one": newGenerator(chartRef("gpu"))} {
		plan, fsys, _ := proved(t, g)
		readme := string(fsys["README.md"].Data)
		m := loop.FindStringSubmatch(readme)
		if m == nil {
			t.Fatalf("%s: no commands in\n%s", name, readme)
		}
		for line := range strings.Lines(m[1]) {
			if len(line) > 120 {
				t.Errorf("%s: cannot be read: %s", name, line)
			}
		}
		order := strings.Fields(strings.ReplaceAll(m[1], "\\\n", " "))
		if len(order) != len(plan.Releases) {
			t.Errorf("%s: %d of %d releases", name, len(order), len(plan.Releases))
		}
		for _, r := range plan.Releases {
			at := slices.Index(order, r.Name)
			for _, needed := range r.DependsOn {
				if at < 0 || slices.Index(order, needed) < at {
					t.Errorf("%s: %s goes after %s, which it waits for", name, r.Name, needed)
				}
			}
		}
		for _, want := range []string{"flux suspend kustomization \"$name\" -n flux-system", "kubectl delete -k . --ignore-not-found"} {
			if !strings.Contains(readme, want) {
				t.Errorf("%s: the README lacks %q", name, want)
			}
		}
	}

	// Where a Kustomization takes the bundle in with what is around it, that one removes the rest.
	g := newGenerator(chartRef("gpu"))
	g.AppliedBy = "flux-system"
	_, fsys, _ := proved(t, g)
	if readme := string(fsys["README.md"].Data); !strings.Contains(readme, "name=flux-system\n") || !strings.Contains(readme, "flux resume kustomization flux-system -n flux-system") || strings.Contains(readme, "delete -k") {
		t.Errorf("applied by flux-system:\n%s", readme)
	}
}
