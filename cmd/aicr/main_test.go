package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aicr-flux/aicr/internal/corpus"
)

// What startup parses while the program starts must make no difference: it does
// not see what a config file names, which must give the same bundle.
func TestStartupMakesNoDifference(t *testing.T) {
	if testing.Short() {
		t.Skip("links the whole program")
	}
	bin := filepath.Join(t.TempDir(), "aicr")
	// Without the flags of make build: the packages are those of the tests, already compiled.
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	same := func(recipe, data string) func(*testing.T) {
		return func(t *testing.T) {
			config := filepath.Join(t.TempDir(), "config")
			text := fmt.Sprintf("recipe: %q\ndata: [%q]\n", recipe, data)
			if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			sums := func(args ...string) []byte {
				out := t.TempDir()
				if said, err := exec.Command(bin, append(args, "-o", out)...).CombinedOutput(); err != nil {
					t.Fatalf("%v\n%s", err, said)
				}
				sums, err := os.ReadFile(filepath.Join(out, "checksums.txt"))
				if err != nil {
					t.Fatal(err)
				}
				return sums
			}
			ahead, plain := sums("bundle", "-r", recipe, "--data="+data), sums("bundle", "--config", config)
			if !bytes.Equal(ahead, plain) {
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
