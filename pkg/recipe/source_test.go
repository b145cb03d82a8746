package recipe_test

import (
	"context"
	stderrors "errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

func TestSourcesOfARecipe(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "r.yaml")
	if err := os.WriteFile(file, []byte("componentRefs:"+good), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := recipe.Load(t.Context(), file, recipe.LoadOptions{}); err != nil || r.Component("a") == nil {
		t.Errorf("file: %v", err)
	}
	for name, c := range map[string]struct {
		source string
		code   errors.ErrorCode
		want   string
	}{
		"none":           {"", errors.ErrCodeInvalidRequest, "no recipe is named; give a file, - for standard input, or a URL"},
		"missing":        {filepath.Join(dir, "no.yaml"), errors.ErrCodeNotFound, "recipe " + dir + "/no.yaml does not exist; check the path"},
		"directory":      {dir, errors.ErrCodeInvalidRequest, "recipe " + dir + " is a directory; name a file"},
		"through a file": {file + "/x", errors.ErrCodeInvalidRequest, "recipe " + file + "/x cannot be read: not a directory; check the path and its permissions"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := recipe.Load(t.Context(), c.source, recipe.LoadOptions{})
			if errors.CodeOf(err) != c.code || err.Error() != c.want {
				t.Errorf("got %s %q\nwant %s %q", errors.CodeOf(err), err, c.code, c.want)
			}
		})
	}
}

func TestStandardInputFailsReadably(t *testing.T) {
	_, err := recipe.Load(t.Context(), "-", recipe.LoadOptions{Stdin: iotest.ErrReader(stderrors.New("broken pipe"))})
	if err == nil || err.Error() != "recipe standard input: broken pipe" {
		t.Errorf("got %v", err)
	}
	_, err = recipe.Load(t.Context(), "-", recipe.LoadOptions{Stdin: io.LimitReader(zeros{}, config.MaxRecipeSize+1)})
	if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("got %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestFetchedRecipes has a URL that is full of secrets, and looks for them in what is said.
func TestFetchedRecipes(t *testing.T) {
	source := "HTTPS://ghp_hush:hush@h/r?token=hush#hush"
	fetch := func(document string, err error) recipe.LoadOptions {
		return recipe.LoadOptions{Fetch: func(_ context.Context, url string) ([]byte, error) {
			if url != source {
				t.Errorf("%s is fetched", url)
			}
			return []byte(document), err
		}}
	}
	r, err := recipe.Load(t.Context(), source, fetch("extra: 1\ncomponentRefs:"+good, nil))
	if err != nil || r.Component("a") == nil || !slices.Equal(r.Warnings, []string{`recipe https://h/r?…: line 1: unknown key "extra" (ignored)`}) {
		t.Errorf("%v, %+v", err, r)
	}
	for want, o := range map[string]recipe.LoadOptions{
		"recipe https://h/r?…: the document is not a map of recipe fields; a recipe has kind: RecipeResult and componentRefs": fetch("<html>", nil),
		"recipe https://h/r?…: 404 Not Found":                                     fetch("", errors.Invalid("404 Not Found")),
		"recipe https://h/r?… is not fetched here; download the file and name it": {},
	} {
		if _, err := recipe.Load(t.Context(), source, o); errors.CodeOf(err) != errors.ErrCodeInvalidRequest || err.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
}

func TestPrepareFillsBeforeTheRulesHold(t *testing.T) {
	doc := "componentRefs:\n- name: a\n  tag: t"
	_, err := recipe.Load(t.Context(), "-", recipe.LoadOptions{Stdin: strings.NewReader(doc), Prepare: func(r *recipe.RecipeResult) error {
		r.ComponentRefs[0].Namespace, r.ComponentRefs[0].Source, r.ComponentRefs[0].Version = "n", "https://h", "1"
		return errors.Invalid("and a problem of its own")
	}})
	want := `2 problems:
  - recipe standard input: line 3: component "a": tag belongs to Kustomize components; remove it, a Helm component has a version
  - and a problem of its own`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v", err)
	}
}
