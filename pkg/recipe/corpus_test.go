package recipe_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/corpus"
)

// BenchmarkLoad reads the recipe of the corpus with the most components.
func BenchmarkLoad(b *testing.B) {
	source := corpus.Largest(b).File
	for b.Loop() {
		if _, err := recipe.Load(b.Context(), source, recipe.LoadOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
