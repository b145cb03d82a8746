package aicr_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/corpus"
)

// TestCorpusInOtherForms makes each bundle again from the recipe as JSON and
// from standard input: the bytes are the same.
func TestCorpusInOtherForms(t *testing.T) {
	for _, rec := range corpus.Recipes(t) {
		t.Run(rec.Name, func(t *testing.T) {
			o := aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}, Output: t.TempDir()}
			bundle(t, o)
			want := contents(t, o.Output)

			parsed, err := recipe.Load(t.Context(), rec.File, recipe.LoadOptions{Strict: true})
			if err != nil {
				t.Fatal(err)
			}
			asJSON, err := json.MarshalIndent(parsed, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			o.Recipe, o.Output = filepath.Join(t.TempDir(), "r.json"), t.TempDir()
			if err := os.WriteFile(o.Recipe, asJSON, 0o600); err != nil {
				t.Fatal(err)
			}
			bundle(t, o)
			if diff := cmp.Diff(want, contents(t, o.Output)); diff != "" {
				t.Errorf("from JSON:\n%s", diff)
			}

			asYAML, err := os.ReadFile(rec.File)
			if err != nil {
				t.Fatal(err)
			}
			o.Recipe, o.Output = "-", t.TempDir()
			o.Stdin = bytes.NewReader(asYAML)
			bundle(t, o)
			if diff := cmp.Diff(want, contents(t, o.Output)); diff != "" {
				t.Errorf("from standard input:\n%s", diff)
			}
		})
	}
}

func TestStandardInputHasNoDirectoryOfItsOwn(t *testing.T) {
	dir := tree(t, map[string]string{"v.yaml": "a: 1"})
	t.Chdir(dir)
	doc := "componentRefs:\n" + chartOf("app", "  valuesFile: v.yaml\n")
	if _, _, err := aicr.Resolve(t.Context(), aicr.BundleOptions{Recipe: "-", Stdin: strings.NewReader(doc)}); err == nil {
		t.Error("a file is read from the working directory")
	}
	if _, _, err := aicr.Resolve(t.Context(), aicr.BundleOptions{Recipe: "-", Stdin: strings.NewReader(doc), Data: []string{dir}}); err != nil {
		t.Error(err)
	}
}
