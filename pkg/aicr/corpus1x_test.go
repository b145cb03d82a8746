package aicr_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/corpus"
)

// reachable are the releases that each one waits for, directly or through others. AICR's graph has
// every declared edge, and ours leaves out those that follow from others.
func reachable(releases []corpus.Release) map[string][]string {
	direct := map[string][]string{}
	for _, r := range releases {
		direct[r.Name] = r.DependsOn
	}
	all := map[string][]string{}
	for name := range direct {
		seen := map[string]bool{}
		var visit func(string)
		visit = func(at string) {
			for _, next := range direct[at] {
				if !seen[next] {
					seen[next] = true
					all[name] = append(all[name], next)
					visit(next)
				}
			}
		}
		visit(name)
		slices.Sort(all[name])
	}
	return all
}

// TestCorpus1xShowsTheExpectedFacts bundles every recipe of AICR 1.x in both orders, as it is and in
// the form that AICR wrote before 1.0.
func TestCorpus1xShowsTheExpectedFacts(t *testing.T) {
	older := strings.NewReplacer("apiVersion: aicr.run/v1beta2\n", "apiVersion: aicr.run/v1alpha3\n", "apiVersion: aicr.run/v1\n", "apiVersion: aicr.run/v1alpha2\n")
	for _, rec := range corpus.Recipes1x(t) {
		for _, c := range []struct {
			name, order string
			alpha       bool
			want        []corpus.Release
		}{
			{"chain", "chain", false, rec.Expected.Releases},
			{"graph", "graph", false, rec.ExpectedGraph.Releases},
			{"alpha", "chain", true, rec.Expected.Releases},
		} {
			t.Run(rec.Name+"/"+c.name, func(t *testing.T) {
				dir, file := t.TempDir(), rec.File
				if c.alpha {
					data, err := os.ReadFile(file)
					if err != nil {
						t.Fatal(err)
					}
					text := older.Replace(string(data))
					if text == string(data) {
						t.Fatal("the recipe has no apiVersion that can be made older")
					}
					file = filepath.Join(t.TempDir(), "recipe.yaml")
					if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				out, err := aicr.Bundle(t.Context(), aicr.BundleOptions{Recipe: file, Output: dir, Data: []string{rec.Data}, Options: deployer.Options{Ordering: c.order}})
				if err != nil {
					t.Fatal(err)
				}
				compareBundle(t, dir, out, c.want, c.order == "graph")
			})
		}
	}
}

func compareBundle(t *testing.T, dir string, out *deployer.Output, want []corpus.Release, graph bool) {
	t.Helper()
	names := func(n int, name func(int) string) (all []string) {
		for i := range n {
			all = append(all, name(i))
		}
		slices.Sort(all)
		return all
	}
	got := names(len(out.Releases), func(i int) string { return out.Releases[i].Name })
	if expected := names(len(want), func(i int) string { return want[i].Name }); !slices.Equal(got, expected) {
		t.Fatalf("releases %v, want %v", got, expected)
	}
	wait, mean := map[string][]string{}, reachable(want)
	if graph {
		var releases []corpus.Release
		for _, r := range out.Releases {
			releases = append(releases, corpus.Release{Name: r.Name, DependsOn: r.DependsOn})
		}
		wait = reachable(releases)
	}
	for _, release := range want {
		if graph {
			if !slices.Equal(wait[release.Name], mean[release.Name]) {
				t.Errorf("%s waits for %v, want %v", release.Name, wait[release.Name], mean[release.Name])
			}
			release.DependsOn = nil
		}
		compareRelease(t, dir, release)
	}
}

// TestCorpus1xBundlesAreMadeAgainFromTheirOwnRecipe, which has no component that is switched off, and
// lies where the first recipe is not known any more.
func TestCorpus1xBundlesAreMadeAgainFromTheirOwnRecipe(t *testing.T) {
	for _, rec := range corpus.Recipes1x(t) {
		t.Run(rec.Name, func(t *testing.T) {
			o := aicr.BundleOptions{Recipe: rec.File, Output: t.TempDir(), Data: []string{rec.Data}}
			bundle(t, o)
			first := contents(t, o.Output)
			again, err := aicr.Again(t.Context(), o.Output, aicr.BundleOptions{Data: o.Data})
			if err != nil {
				t.Fatal(err)
			}
			bundle(t, again)
			for name, text := range contents(t, o.Output) {
				if first[name] != text && name != "aicr.yaml" && name != "checksums.txt" {
					t.Errorf("%s differs", name)
				}
			}
		})
	}
}
