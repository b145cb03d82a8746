// Package corpus finds the real recipes that tests run on. They are not part of the repository;
// where they are absent, tests say that they were skipped.
package corpus

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Recipe is one recipe of the corpus with the facts that its bundle must show.
type Recipe struct {
	Name string // without extension
	File string
	Data string // the data root that goes with it

	Expected Expected
}

// Expected are the facts of a bundle in Git mode and chain order.
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
func Root() string {
	dir := os.Getenv("AICR_CORPUS")
	if dir == "" {
		_, here, _, _ := runtime.Caller(0)
		dir = filepath.Join(filepath.Dir(here), "..", "..", "..", "shared", "corpus")
	}
	if _, err := os.Stat(filepath.Join(dir, "recipes")); err != nil {
		return ""
	}
	return dir
}

// Recipes returns all recipes, and skips the test where the corpus is absent.
func Recipes(tb testing.TB) []Recipe {
	tb.Helper()
	root := Root()
	if root == "" {
		tb.Skip("corpus: SKIPPED (neither $AICR_CORPUS nor ../shared/corpus holds it)")
	}
	files, err := filepath.Glob(filepath.Join(root, "recipes", "*.yaml"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("corpus: no recipes in %s: %v", root, err)
	}
	var recipes []Recipe
	for _, file := range files {
		r := Recipe{Name: strings.TrimSuffix(filepath.Base(file), ".yaml"), File: file, Data: filepath.Join(root, "data")}
		data, err := os.ReadFile(filepath.Join(root, "expected", r.Name+".json"))
		if err != nil {
			tb.Fatal(err)
		}
		if err := json.Unmarshal(data, &r.Expected); err != nil {
			tb.Fatal(err)
		}
		recipes = append(recipes, r)
	}
	tb.Logf("corpus: %d recipes", len(recipes))
	return recipes
}

// Largest returns the recipe with the most components.
func Largest(tb testing.TB) Recipe {
	tb.Helper()
	var largest Recipe
	for _, r := range Recipes(tb) {
		if len(r.Expected.Releases) > len(largest.Expected.Releases) {
			largest = r
		}
	}
	return largest
}
