package flux_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/test/corpus"
	"github.com/aicr-flux/aicr/test/prooftest"
)

// A mode is one way of making a bundle of a recipe.
type mode struct{ oci, graph, dynamic, vendored bool }

func (m mode) String() string {
	source, order := "git", "chain"
	if m.oci {
		source = "oci"
	}
	if m.graph {
		order = "graph"
	}
	return fmt.Sprintf("%s/%s/dynamic=%t/vendored=%t", source, order, m.dynamic, m.vendored)
}

// everyMode is every combination.
func everyMode() []mode {
	var all []mode
	for i := range 8 {
		all = append(all, mode{oci: i&1 > 0, graph: i&2 > 0, dynamic: i&4 > 0})
	}
	return append(all, mode{vendored: true, dynamic: true}, mode{vendored: true, oci: true, graph: true})
}

// pairs are the fewest modes in which each two settings meet in each way: the
// time goes into the proofs, and there are many recipes.
func pairs() []mode {
	return []mode{{}, {graph: true, dynamic: true}, {oci: true, dynamic: true}, {oci: true, graph: true}}
}

// apply returns the generator in the mode.
func (m mode) apply(tb testing.TB, g *flux.Generator) *flux.Generator {
	other := *g
	if m.graph {
		other = *inGraph(&other)
	}
	if m.oci {
		other = *inOCI(&other)
	}
	if m.vendored {
		other.VendorCharts, other.Puller = true, stubPuller{tb}
	}
	if m.dynamic {
		other.DynamicValues = map[string][]string{}
		for i := range g.RecipeResult.ComponentRefs {
			if ref := &g.RecipeResult.ComponentRefs[i]; ref.Enabled() {
				other.DynamicValues[ref.Name] = dynamicPaths(g.ComponentValues[ref.Name])
			}
		}
	}
	return &other
}

// dynamicPaths are one path with a value, where there is any, and one without.
func dynamicPaths(values map[string]any) []string {
	paths := []string{`aicr-test.not\.set`}
	if keys := slices.Sorted(maps.Keys(values)); len(keys) > 0 {
		paths = append(paths, keys[len(keys)/2])
	}
	return paths
}

func TestCorpusBundlesAreSoundInEveryMode(t *testing.T) {
	for _, rec := range corpus.Recipes(t) {
		if testing.Short() {
			break // the proofs take long under the race detector, and find no race
		}
		soundIn(t, pairs(), rec.Name, aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}})
	}
	largest := corpus.Largest(t)
	soundIn(t, everyMode()[8:], "largest", aicr.BundleOptions{Recipe: largest.File, Data: []string{largest.Data}})
}

func TestExampleBundlesAreSoundInEveryMode(t *testing.T) {
	for _, name := range examples.Names() {
		files, err := examples.Files(name)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for path, data := range files {
			file := filepath.Join(dir, path)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		soundIn(t, everyMode(), name, aicr.BundleOptions{Recipe: filepath.Join(dir, "recipe.yaml")})
	}
}

func soundIn(t *testing.T, modes []mode, name string, o aicr.BundleOptions) {
	t.Helper()
	in, _, err := aicr.Resolve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	g := flux.New(in)
	g.RepoURL = repoURL
	if testing.Short() {
		modes = modes[1:3] // both sources and both orders
	}
	for _, m := range modes {
		t.Run(name+"/"+m.String(), func(t *testing.T) {
			t.Parallel()
			g := m.apply(t, g)
			first, second := t.TempDir(), filepath.Join(t.TempDir(), "somewhere", "else")
			for _, dir := range []string{first, second} {
				if _, err := g.Generate(t.Context(), dir); err != nil {
					t.Fatal(err)
				}
			}
			report := prooftest.Check(t, os.DirFS(first))
			if len(report.Objects) == 0 {
				t.Error("the build has no object")
			}
			if diff := cmp.Diff(tree(t, first), tree(t, second)); diff != "" { // hazard 34
				t.Errorf("two runs differ:\n%s", diff)
			}
		})
	}
}
