package recipe_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aicr-flux/aicr/pkg/recipe"
)

func BenchmarkLoad(b *testing.B) {
	root := os.Getenv("AICR_CORPUS")
	if root == "" {
		root = "../../../shared/corpus"
	}
	source := filepath.Join(root, "recipes", "eks-gb200-inference-ubuntu-dynamo.yaml")
	if _, err := os.Stat(source); err != nil {
		b.Skip("corpus: SKIPPED (", err, ")")
	}
	for b.Loop() {
		if _, err := recipe.Load(b.Context(), source, recipe.LoadOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
