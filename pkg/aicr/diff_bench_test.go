package aicr_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/test/corpus"
)

// BenchmarkDiff compares the two largest bundles of the corpus, without the charts that they do not
// hold.
func BenchmarkDiff(b *testing.B) {
	var dirs []string
	for _, rec := range corpus.BySize(b)[:2] {
		dir := b.TempDir()
		if _, err := aicr.Bundle(b.Context(), aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}, Output: dir}); err != nil {
			b.Fatal(err)
		}
		dirs = append(dirs, dir)
	}
	for b.Loop() {
		if _, _, err := aicr.Diff(b.Context(), aicr.DiffOptions{Old: dirs[0], New: dirs[1]}); err != nil {
			b.Fatal(err)
		}
	}
}
