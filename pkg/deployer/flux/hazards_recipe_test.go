package flux_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

func TestHazard05_TwoReleasesOfOneNameAreRefused(t *testing.T) {
	refuses(t, newGenerator(chartRef("gpu"), chartRef("gpu")), `"gpu"`, "another component")
	for _, suffix := range []string{"-pre", "-post"} {
		g := newGenerator(chartRef("gpu"), chartRef("gpu"+suffix))
		mustPlan(t, g) // nothing wrong yet
		if suffix == "-pre" {
			g.ComponentPreManifests["gpu"] = manifests("m.yaml", manifest)
		} else {
			g.ComponentManifests["gpu"] = manifests("m.yaml", manifest)
		}
		refuses(t, g, `"gpu`+suffix+`"`, "rename")
	}
}

func TestHazard13_EmptyNamespaceIsRefused(t *testing.T) {
	ref := chartRef("gpu")
	ref.Namespace = ""
	refuses(t, newGenerator(ref), `"gpu"`, "namespace")
}

func TestHazard14_BadNamesAreRefusedAllAtOnce(t *testing.T) {
	names := []string{".", "..", "sources", "data", "kustomization.yaml", "Foo_Bar", "a/b", "-a", "a-", "é", strings.Repeat("a", 70)}
	var refs []recipe.ComponentRef
	for _, n := range names {
		refs = append(refs, chartRef("x"))
		refs[len(refs)-1].Name = n
	}
	g := newGenerator(refs...)
	g.OCISourceName, g.Namespace = "", "flux-system"
	refuses(t, g, append(slices.Clone(names), "problems:")...)

	// The limit is that of the longest release.
	g = newGenerator(chartRef(strings.Repeat("a", 50)))
	mustPlan(t, g)
	g.ComponentPreManifests[strings.Repeat("a", 50)] = manifests("m.yaml", manifest)
	refuses(t, g, "53")
}

func TestHazard14_EverythingThatUsesTheLongestNameIsValid(t *testing.T) {
	name := strings.Repeat("a", 48)
	g := newGenerator(chartRef(name))
	g.ComponentManifests[name] = manifests("m.yaml", "{{ .Values }}")
	g.ComponentValues[name] = map[string]any{"a": "b"}
	g.DynamicValues[name] = []string{"a"}
	g.ComponentManifests[name] = manifests("m.yaml", `{{- $x := .Values }}`+manifest)
	for _, g := range []*flux.Generator{g, inOCI(g)} {
		proved(t, g)
	}
}

func TestHazard15_OrderAndDependencies(t *testing.T) {
	order := func(g *flux.Generator) []string {
		var names []string
		for _, r := range mustPlan(t, g).Releases {
			names = append(names, r.Name)
		}
		return names
	}
	// Without a deploymentOrder the dependencies decide, and then the names.
	g := newGenerator(chartRef("a", "z"), chartRef("z"), chartRef("m"), chartRef("b", "a"))
	if got := order(g); !slices.Equal(got, []string{"m", "z", "a", "b"}) {
		t.Errorf("the order is %v", got)
	}
	// A component that the order misses goes last; a disabled one drops out.
	off := chartRef("off")
	off.Overrides = map[string]any{"enabled": false}
	g = newGenerator(chartRef("a", "off"), chartRef("z"), off, chartRef("missed"))
	g.RecipeResult.DeploymentOrder = []string{"z", "off", "a"}
	if got := order(g); !slices.Equal(got, []string{"z", "a", "missed"}) {
		t.Errorf("the order is %v", got)
	}
	_, fsys, _ := proved(t, inGraph(g))
	if got := needs(helmRelease(t, fsys, "a")); len(got) > 0 {
		t.Errorf("a waits for %v", got)
	}
	// What is wrong is refused, with both names.
	refuses(t, newGenerator(chartRef("a", "b"), chartRef("b", "a")), "cycle", "a", "b")
	refuses(t, newGenerator(chartRef("a", "nowhere")), `"nowhere"`)
	for _, c := range []struct{ order, words []string }{
		{[]string{"a", "a"}, []string{`"a"`, "twice"}}, {[]string{"b", "a"}, []string{`"b"`, `"a"`}}, {[]string{"nowhere"}, []string{`"nowhere"`}},
	} {
		g := newGenerator(chartRef("a"), chartRef("b", "a"))
		g.RecipeResult.DeploymentOrder = c.order
		refuses(t, g, c.words...)
	}
	// A bundle of nothing would make Flux delete everything.
	refuses(t, newGenerator(off), "no enabled component")
}
