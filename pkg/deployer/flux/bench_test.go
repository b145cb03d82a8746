package flux_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/corpus"
)

var sizes = []int{10, 100, 1_000, 10_000}

// manyComponents is a recipe of n components of all shapes, each of which
// depends on up to three others.
func manyComponents(n int) *flux.Generator {
	g := newGenerator()
	for i := range n {
		name := fmt.Sprintf("c%05d", i)
		ref := recipe.ComponentRef{Name: name, Namespace: fmt.Sprintf("ns-%d", i%20)}
		for _, back := range []int{1, 7, 31} {
			if i >= back && i%(back+1) == 0 {
				ref.DependencyRefs = append(ref.DependencyRefs, fmt.Sprintf("c%05d", i-back))
			}
		}
		switch i % 4 {
		case 0:
			g.ComponentManifests[name] = manifests("m/a.yaml", reading)
		case 1:
			g.ComponentPreManifests[name] = manifests("m/a.yaml", manifest)
			fallthrough
		default:
			ref.Source, ref.Version = fmt.Sprintf("https://charts-%d.example.com", i%50), "v1.2.3"
		}
		g.ComponentValues[name] = map[string]any{
			"driver": map[string]any{"version": "570.10", "enabled": true, "env": []any{map[string]any{"name": "A", "value": "b"}}}, "nodes": 3, "text": "a: b\nc: d\n", "name": name,
		}
		g.DynamicValues[name] = []string{"driver.version"}
		g.RecipeResult.ComponentRefs = append(g.RecipeResult.ComponentRefs, ref)
		g.RecipeResult.DeploymentOrder = append(g.RecipeResult.DeploymentOrder, name)
	}
	return g
}

func perComponent(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/component")
}

func BenchmarkPlan(b *testing.B) {
	for _, ordering := range []flux.Ordering{flux.OrderChain, flux.OrderGraph} {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("%s/%d", ordering, n), func(b *testing.B) {
				g := manyComponents(n)
				g.Ordering = ordering
				b.ReportAllocs()
				for b.Loop() {
					mustPlan(b, g)
				}
				perComponent(b, n)
			})
		}
	}
}

func BenchmarkRender(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			plan := mustPlan(b, manyComponents(n))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := plan.Render(); err != nil {
					b.Fatal(err)
				}
			}
			perComponent(b, n)
		})
	}
}

// BenchmarkGenerate is one real recipe, from the plan to the directory.
func BenchmarkGenerate(b *testing.B) {
	rec := corpus.Largest(b)
	in, _, err := aicr.Resolve(b.Context(), aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}})
	if err != nil {
		b.Fatal(err)
	}
	g := flux.New(in)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := g.Generate(b.Context(), b.TempDir()); err != nil {
			b.Fatal(err)
		}
	}
}

// Ten thousand components are far more than anybody has; that they fit says
// that nothing grows faster than the recipe.
func TestTenThousandComponentsFitIntoMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	var before, after runtime.MemStats
	g := inGraph(manyComponents(10_000))
	runtime.GC()
	runtime.ReadMemStats(&before)
	plan := mustPlan(t, g)
	files, err := plan.Render()
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(files)
	// HeapSys is what was asked of the system at the peak, the test's own
	// recipe included.
	if peak := after.HeapSys >> 20; peak > 512 {
		t.Errorf("%d MiB", peak)
	} else {
		t.Logf("%d files, %d MiB of heap at the peak, %d MiB before", files.Len(), peak, before.HeapAlloc>>20)
	}
}
