package aicr_test

import (
	"path/filepath"
	"strconv"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/test/corpus"
)

// BenchmarkBundle is the largest recipe of the corpus, from its file into a new
// directory.
func BenchmarkBundle(b *testing.B) {
	rec := corpus.Largest(b)
	dir := b.TempDir()
	for i := 0; b.Loop(); i++ {
		o := aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}, Output: filepath.Join(dir, strconv.Itoa(i))}
		if _, err := aicr.Bundle(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPlan is the same without writing.
func BenchmarkPlan(b *testing.B) {
	rec := corpus.Largest(b)
	for b.Loop() {
		o := aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}, DryRun: true}
		if _, err := aicr.Bundle(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
}
