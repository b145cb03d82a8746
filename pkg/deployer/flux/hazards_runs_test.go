package flux_test

import (
	"context"
	stderrors "errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// fixedPuller brings the same bytes whatever it is asked for.
type fixedPuller struct {
	tgz    []byte
	record localformat.VendorRecord
}

func (p fixedPuller) Pull(context.Context, localformat.Component) ([]byte, localformat.VendorRecord, string, error) {
	return p.tgz, p.record, "", nil
}

// failingPuller fails, or does something while the plan is made.
type failingPuller func() error

func (p failingPuller) Pull(context.Context, localformat.Component) ([]byte, localformat.VendorRecord, string, error) {
	return nil, localformat.VendorRecord{}, "", p()
}

// expiring is a context that ends after it was asked n times.
type expiring struct {
	context.Context
	mu sync.Mutex
	n  int
}

func (c *expiring) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n--
	if c.n < 0 {
		return context.Canceled
	}
	return nil
}

func TestHazard30_FailedGenerateLeavesTheDirectoryAsItWas(t *testing.T) {
	earlier := mixed()
	earlier.RecipeResult.ComponentRefs = append(earlier.RecipeResult.ComponentRefs, chartRef("gone"))
	broken := errString("no network")
	for name, change := range map[string]func(dir string, g *flux.Generator) (context.Context, error){
		"invalid recipe": func(_ string, g *flux.Generator) (context.Context, error) {
			g.RecipeResult.ComponentRefs[0].Namespace = ""
			return t.Context(), nil
		},
		"invalid file": func(_ string, g *flux.Generator) (context.Context, error) {
			g.ComponentManifests["gpu"]["x/cloudbuild.yaml"] = []byte(manifest)
			return t.Context(), nil
		},
		"puller fails": func(_ string, g *flux.Generator) (context.Context, error) {
			g.VendorCharts, g.Puller = true, failingPuller(func() error { return broken })
			return t.Context(), broken
		},
		"cancelled before": func(string, *flux.Generator) (context.Context, error) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			return ctx, context.Canceled
		},
		"cancelled while pulling": func(_ string, g *flux.Generator) (context.Context, error) {
			ctx, cancel := context.WithCancel(t.Context())
			g.VendorCharts, g.Puller = true, failingPuller(func() error { cancel(); return ctx.Err() })
			return ctx, context.Canceled
		},
		"conflict": func(dir string, _ *flux.Generator) (context.Context, error) {
			if err := os.WriteFile(filepath.Join(dir, "gpu", "helmrelease.yaml"), []byte("edited"), 0o600); err != nil {
				t.Fatal(err)
			}
			return t.Context(), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := earlier.Generate(t.Context(), dir); err != nil {
				t.Fatal(err)
			}
			g := mixed()
			ctx, want := change(dir, g)
			before := tree(t, dir)
			out, err := g.Generate(ctx, dir)
			if err == nil || out != nil || want != nil && !stderrors.Is(err, want) {
				t.Fatalf("%v, want %v", err, want)
			}
			if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
				t.Errorf("the directory changed:\n%s", diff)
			}
			fresh := filepath.Join(t.TempDir(), "new")
			if name != "conflict" {
				if _, err := g.Generate(ctx, fresh); err == nil {
					t.Fatal("no error for a new directory")
				}
				if _, err := os.Stat(fresh); !stderrors.Is(err, os.ErrNotExist) {
					t.Errorf("a new directory is left: %v", err)
				}
			}
		})
	}
}

func TestHazard30_GenerateCanBeCancelledAnywhere(t *testing.T) {
	earlier := newGenerator(chartRef("gone"))
	for n := 0; ; n++ {
		dir := t.TempDir()
		if _, err := earlier.Generate(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		before := tree(t, dir)
		_, err := mixed().Generate(&expiring{Context: t.Context(), n: n}, dir)
		if err == nil {
			if n < 2 {
				t.Errorf("the context is asked %d times", n)
			}
			return
		}
		if !stderrors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, tree(t, dir)); diff != "" {
			t.Fatalf("cancelled at step %d:\n%s", n, diff)
		}
	}
}

type errString string

func (e errString) Error() string { return string(e) }

// everything is a generator that uses each part of the package.
func everything(t testing.TB) *flux.Generator {
	g := mixed()
	g.RecipeResult.ComponentRefs = append(g.RecipeResult.ComponentRefs, chartRef("b", "gpu"), chartRef("a"), manifestRef("m", "a"))
	g.RecipeResult.DeploymentOrder = []string{"gpu", "a", "b", "m"}
	g.ComponentManifests["m"] = manifests("y/1.yaml", manifest, "z/1.yaml", manifest, "2.yaml", namespace("else", ""))
	g.ComponentValues["b"] = map[string]any{"z": 1, "y": []any{true, nil, 1.5}, "x": map[string]any{"w": "${v}", "u": "t"}}
	g.DynamicValues["b"], g.DynamicValues["gpu"] = []string{"z", "x.w", "none"}, []string{"c"}
	g.VendorCharts, g.Puller = true, stubPuller{t}
	return g
}

func TestHazard34_TwoRunsAreByteIdentical(t *testing.T) {
	want := t.TempDir()
	if _, err := everything(t).Generate(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TZ", "Asia/Kathmandu")
	t.Setenv("LC_ALL", "tr_TR.UTF-8")
	t.Setenv("HOME", t.TempDir())
	t.Setenv("USER", "somebody-else")
	defer func(zone *time.Location) { time.Local = zone }(time.Local)
	time.Local = time.FixedZone("far", 13*3600)
	mask := syscall.Umask(0o027)
	defer syscall.Umask(mask)
	rng := rand.New(rand.NewPCG(34, 34))
	for range 8 {
		g := everything(t)
		refs := g.RecipeResult.ComponentRefs
		rng.Shuffle(len(refs), func(i, j int) { refs[i], refs[j] = refs[j], refs[i] })
		// A map that grew differently is walked differently.
		g.ComponentManifests["m"] = maps.Collect(maps.All(g.ComponentManifests["m"]))
		dir := filepath.Join(t.TempDir(), "some", "other place")
		if _, err := g.Generate(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tree(t, want), tree(t, dir)); diff != "" {
			t.Fatalf("runs differ:\n%s", diff)
		}
	}
}

func TestHazard45_AGeneratorIsReusableAndSafeForConcurrentUse(t *testing.T) {
	g := everything(t)
	first, err := g.Generate(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	plan := mustPlan(t, g)
	if len(plan.Vendored) != 3 {
		t.Fatalf("%d charts are vendored", len(plan.Vendored))
	}
	var wg sync.WaitGroup
	outs := make([]map[string]string, 6)
	warnings := make([][]string, len(outs))
	for i := range outs {
		dir := t.TempDir()
		wg.Go(func() {
			out, err := g.Generate(t.Context(), dir)
			if err != nil {
				t.Error(err)
				return
			}
			outs[i], warnings[i] = tree(t, dir), out.Warnings
		})
	}
	wg.Wait()
	for i, out := range outs {
		if diff := cmp.Diff(outs[0], out); diff != "" || !slices.Equal(warnings[i], first.Warnings) {
			t.Errorf("run %d: warnings %q, %s", i, warnings[i], diff)
		}
	}
	if again := mustPlan(t, g); len(again.Vendored) != 3 {
		t.Errorf("the provenance grew to %d", len(again.Vendored))
	}
	// A plan can be rendered again, too.
	one, err := plan.Render()
	if err != nil {
		t.Fatal(err)
	}
	two, err := plan.Render()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(mapFS(one), mapFS(two)); diff != "" {
		t.Errorf("a plan renders differently:\n%s", diff)
	}
}

// TestHazard55_ANewVersionOfAChartLeavesTheREADME, which people read, and which would be in every change.
func TestHazard55_ANewVersionOfAChartLeavesTheREADME(t *testing.T) {
	readme := func(version string) string {
		ref := chartRef("gpu")
		ref.Version = version
		_, fsys, _ := proved(t, newGenerator(ref))
		return string(fsys["README.md"].Data)
	}
	if diff := cmp.Diff(readme("1.0.0"), readme("1.0.1")); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
}
