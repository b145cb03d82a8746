package worktree_test

import (
	stderrors "errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/internal/worktree"
	"github.com/aicr-flux/aicr/pkg/errors"
)

func TestAt(t *testing.T) {
	root := repository(t)
	for name, content := range map[string]string{"top": "", "a/one": "1\n\n2", "a/b/two: *": "two\n", "a/b/empty": ""} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(root, "a", "link")); err != nil {
		t.Fatal(err)
	}
	run(t, root, "add", ".")
	commit(t, root)
	for _, name := range []string{"a/one", "top"} { // only the commit counts
		if err := os.Remove(filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string][]byte{"one": []byte("1\n\n2"), "b/two: *": []byte("two\n"), "b/empty": {}}
	for name, c := range map[string]struct {
		dir, revision, path string
		want                map[string][]byte
	}{
		"a directory":        {"", "HEAD", "a", files},
		"with a slash":       {"", "HEAD", "a/", files},
		"from where one is":  {"a", "HEAD", "./b", map[string][]byte{"two: *": []byte("two\n"), "empty": {}}},
		"here":               {"a", "HEAD", ".", files},
		"the top, from here": {"a/b", "HEAD", "a", files},
	} {
		got, err := worktree.At(t.Context(), filepath.Join(root, c.dir), c.revision, c.path)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	for _, c := range [][2]string{{"HEAD", "none"}, {"none", "a"}, {"--all", "a"}, {"", "a"}, {"HEAD", "../a"}} {
		if got, err := worktree.At(t.Context(), root, c[0], c[1]); !stderrors.Is(err, errors.ErrCodeNotFound) {
			t.Errorf("%q: %v, %v", c, got, err)
		}
	}
	for path, want := range map[string]string{"a/one": "1\n\n2\n", "a/b/two: *": "two\n"} {
		if got, err := worktree.File(t.Context(), root, "HEAD", path); string(got) != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", path, got, err, want)
		}
	}
	for _, c := range [][2]string{{"HEAD", "a"}, {"HEAD", "none"}, {"none", "a/one"}, {"--all", "a/one"}, {"HEAD", "a/one\nHEAD:top"}} {
		if got, err := worktree.File(t.Context(), root, c[0], c[1]); !stderrors.Is(err, errors.ErrCodeNotFound) {
			t.Errorf("file %q: %q, %v", c, got, err)
		}
	}
	if got, err := worktree.At(t.Context(), root, "HEAD", "top"); err == nil {
		t.Errorf("a file: %v", got)
	}
}
