package worktree_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aicr-flux/aicr/internal/worktree"
)

func TestCommitted(t *testing.T) {
	root := repository(t)
	write := func(name, content string) {
		t.Helper()
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	is := func(what, path string, want bool) {
		t.Helper()
		place, err := worktree.Find(t.Context(), root)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := place.Committed(t.Context(), path); got != want || err != nil {
			t.Errorf("%s: %v, %v, want %v", what, got, err, want)
		}
	}
	write(".gitignore", "*.log\n")
	write("a/one", "1")
	write("a/two: *", "2")
	write("b", "b")
	if err := os.Symlink("one", filepath.Join(root, "a", "link")); err != nil {
		t.Fatal(err)
	}
	is("no commit yet", "a", false)
	is("nothing there", "c", true)
	run(t, root, "add", ".")
	is("only added", "a", false)
	commit(t, root)
	is("a directory", "a", true)
	is("the root", ".", true)
	is("a file", "a/two: *", true)
	write("a/x.log", "x")
	is("an ignored file", "a", true)
	write("a/three", "3")
	is("a new file", "a", false)
	is("beside it", "b", true)
	run(t, root, "add", ".")
	commit(t, root)
	write("a/one", "one")
	is("an edit", "a", false)
	write("a/one", "1")
	is("the edit taken back", "a", true)
	if err := os.Remove(filepath.Join(root, "a", "link")); err != nil {
		t.Fatal(err)
	}
	is("a file that is gone", "a", false)
	run(t, root, "rm", "-q", "a/link")
	is("a removal that is not committed", "a", false)
}
