// Package corpus finds the real recipes that tests run on. They are not part of the repository;
// where they are absent, tests say that they were skipped.
package corpus

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Recipe is one recipe of the corpus with the facts that its bundle must show.
type Recipe struct {
	Name string // without extension
	File string
	Data string // the data root that goes with it

	// Expected are the facts of its bundle in Git mode and chain order. ExpectedGraph are those in
	// graph order; only recipes of AICR 1.x have them.
	Expected, ExpectedGraph Expected
}

// Expected are the facts of a bundle.
type Expected struct {
	Releases []Release `json:"releases"`
}

// Release is one expected HelmRelease.
type Release struct {
	Name            string   `json:"name"`
	Namespace       string   `json:"namespace"`
	TargetNamespace string   `json:"targetNamespace"`
	DependsOn       []string `json:"dependsOn"`
	Chart           *struct {
		Name       string `json:"name"`
		Version    string `json:"version"`
		Repository string `json:"repository"`
		OCI        bool   `json:"oci"`
	} `json:"chart"`
	// Local maps a template's file name to its SHA-256, or to {"object": …} for a manifest that is
	// synthesized.
	Local *struct {
		Templates map[string]any `json:"templates"`
	} `json:"local"`
	Values map[string]any `json:"values"`
}

// Root returns the directory of the corpus, or "" where it is absent.
func Root() string { return find("AICR_CORPUS", "corpus") }

// Root1x returns the directory of the corpus of AICR 1.x, or "" where it is absent.
func Root1x() string { return find("AICR_CORPUS1X", "corpus1x") }

func find(variable, name string) string {
	dir := os.Getenv(variable)
	if dir == "" {
		_, here, _, _ := runtime.Caller(0)
		dir = filepath.Join(filepath.Dir(here), "..", "..", "..", "shared", name)
	}
	if _, err := os.Stat(filepath.Join(dir, "recipes")); err != nil {
		return ""
	}
	return dir
}

// Recipes returns all recipes, with -short one in few of them, and skips the test where the corpus is absent.
func Recipes(tb testing.TB) []Recipe {
	tb.Helper()
	if Root() == "" {
		tb.Skip("corpus: SKIPPED (neither $AICR_CORPUS nor ../shared/corpus holds it)")
	}
	return read(tb, Root(), false)
}

// Named returns the recipe of that name, without the facts of its bundle, and skips the test where the
// corpus is absent.
func Named(tb testing.TB, name string) Recipe {
	tb.Helper()
	if Root() == "" {
		Recipes(tb) // which says that the test is skipped
	}
	return Recipe{Name: name, File: filepath.Join(Root(), "recipes", name+".yaml"), Data: filepath.Join(Root(), "data")}
}

// Recipes1x is Recipes for those of AICR 1.x. It skips the test where the corpus is absent.
func Recipes1x(tb testing.TB) []Recipe {
	tb.Helper()
	if Root1x() == "" {
		tb.Skip("corpus: SKIPPED (neither $AICR_CORPUS1X nor ../shared/corpus1x holds it)")
	}
	return read(tb, Root1x(), true)
}

func read(tb testing.TB, root string, graph bool) []Recipe {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(root, "recipes", "*.yaml"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("corpus: no recipes in %s: %v", root, err)
	}
	if testing.Short() { // the race detector, for which these are, sees the same code in each
		files = oneIn(few, files)
	}
	facts := func(dir, name string) (e Expected) {
		data, err := os.ReadFile(filepath.Join(root, dir, name+".json"))
		if err == nil {
			err = json.Unmarshal(data, &e)
		}
		if err != nil {
			tb.Fatal(err)
		}
		return e
	}
	var recipes []Recipe
	for _, file := range files {
		r := Recipe{Name: strings.TrimSuffix(filepath.Base(file), ".yaml"), File: file, Data: filepath.Join(root, "data")}
		r.Expected = facts("expected", r.Name)
		if graph {
			r.ExpectedGraph = facts("expected-graph", r.Name)
		}
		recipes = append(recipes, r)
	}
	tb.Logf("corpus: %d recipes", len(recipes))
	return recipes
}

// few is how many recipes there are for one that a short run takes.
const few = 4

func oneIn(n int, all []string) (some []string) {
	for i := 0; i < len(all); i += n {
		some = append(some, all[i])
	}
	return some
}

// Largest returns the recipe with the most components.
func Largest(tb testing.TB) Recipe {
	tb.Helper()
	return BySize(tb)[0]
}

// BySize returns all recipes, those with the most components first.
func BySize(tb testing.TB) []Recipe {
	tb.Helper()
	all := Recipes(tb)
	slices.SortStableFunc(all, func(a, b Recipe) int { return len(b.Expected.Releases) - len(a.Expected.Releases) })
	return all
}
