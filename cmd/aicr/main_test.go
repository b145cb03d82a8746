package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aicr-flux/aicr/internal/corpus"
)

// What startup parses while the program starts must make no difference: it does
// not see a recipe from standard input, which must give the same bundle.
func TestStartupMakesNoDifference(t *testing.T) {
	if testing.Short() {
		t.Skip("links the whole program")
	}
	bin := build(t)
	same := func(recipe, data string) func(*testing.T) {
		return func(t *testing.T) {
			text, err := os.ReadFile(recipe)
			if err != nil {
				t.Fatal(err)
			}
			sums := func(from string) []byte {
				out := t.TempDir()
				cmd := exec.Command(bin, "bundle", "-r", from, "--data", data, "--data="+filepath.Dir(recipe), "-o", out)
				cmd.Stdin = bytes.NewReader(text)
				if said, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, said)
				}
				sums, err := os.ReadFile(filepath.Join(out, "checksums.txt"))
				if err != nil {
					t.Fatal(err)
				}
				return sums
			}
			if ahead, plain := sums(recipe), sums("-"); !bytes.Equal(ahead, plain) {
				t.Errorf("the bundles differ:\n%s\n%s", ahead, plain)
			}
		}
	}
	examples := filepath.Join("..", "..", "examples")
	t.Run("example", same(filepath.Join(examples, "eks-h100-training", "recipe.yaml"), filepath.Join(examples, "data")))
	t.Run("corpus", func(t *testing.T) {
		rec := corpus.Largest(t)
		same(rec.File, rec.Data)(t)
	})
}
