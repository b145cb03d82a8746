package bundle

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

func TestWriteThroughASymlinkedDirectory(t *testing.T) {
	target := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	w := mustWrite(t, link, set(t, map[string]string{"a/b": "1"}), WriteOptions{})
	if content(t, target, "a/b") != "1" || w.Files[0] != filepath.Join(link, "a", "b") {
		t.Errorf("wrote %q", w.Files)
	}
}

func TestWriteRefusesWhatIsNoDirectory(t *testing.T) {
	root := t.TempDir()
	userWrites(t, root, "file", "1")
	if err := os.Symlink("nowhere", filepath.Join(root, "dangling")); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, root)
	for _, dir := range []string{"file", "file/below", "dangling", "dangling/below"} {
		_, err := rehearsed(t, filepath.Join(root, dir), set(t, map[string]string{"a": "1"}), owned)
		wantError(t, err, coded.ErrCodeInvalidRequest, "output directory", dir)
	}
	_, err := rehearsed(t, "", &Files{}, owned)
	wantError(t, err, coded.ErrCodeInvalidRequest, "name a directory")
	_, err = rehearsed(t, root, set(t, map[string]string{"checksums.txt": "1"}), owned)
	wantError(t, err, coded.ErrCodeInvalidRequest, "leave it out")
	if got := snapshot(t, root); got != before {
		t.Errorf("a refusal left\n%s", got)
	}
}

func TestWriteRefusesADirectoryWithoutPermission(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write anywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	_, err := Write(t.Context(), dir, set(t, map[string]string{"a": "1"}), owned)
	wantError(t, err, coded.ErrCodeInvalidRequest, "check its permissions")
}

// A rerun is free: no file is written, not even the stage.
func TestWriteLeavesUnchangedFilesAlone(t *testing.T) {
	dir := t.TempDir()
	files := sample(t, 30, 100)
	first := mustWrite(t, dir, files, owned)
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	for _, name := range first.Files {
		if err := os.Chtimes(name, long, long); err != nil {
			t.Fatal(err)
		}
	}
	second, err := write(t.Context(), dir, files, owned, breaking(func(op, name string) error {
		switch op {
		case "lstat", "open":
			return nil
		}
		return fmt.Errorf("%s %s", op, name)
	}))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(first.Files, second.Files) || first.TotalSize != second.TotalSize || !reflect.DeepEqual(second.Changes, Changes{}) {
		t.Errorf("first %v, second %v", first, second)
	}
	next := sample(t, 31, 100)
	mustWrite(t, dir, next, owned)
	for _, name := range first.Files {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if written := !info.ModTime().Equal(long); written != (filepath.Base(name) == ChecksumsFile) {
			t.Errorf("%s: written %t", name, written)
		}
	}
}

func TestWriteTwiceAtOnce(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "new")} {
		files := sample(t, 30, 100)
		tried := 0
		wrap := breaking(func(op, name string) error {
			if op == "rename" || op == "create" {
				tried++
				_, err := rehearsed(t, dir, files, owned)
				wantError(t, err, coded.ErrCodeConflict, "another run is writing there")
			}
			return nil
		})
		if _, err := write(t.Context(), dir, files, owned, wrap); err != nil || tried == 0 {
			t.Errorf("%d second runs: %v", tried, err)
		}
		mustWrite(t, dir, files, owned)
	}
}

// A directory that another run has begun to use is not taken from under it.
func TestWriteLeavesADirectoryToTheOtherRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	one, other := disk{wrap: func(r root) root { return r }}, disk{wrap: func(r root) root { return r }}
	for _, d := range []*disk{&one, &other} {
		if err := d.makeDir(dir); err != nil {
			t.Fatal(err)
		}
	}
	if err := other.open(dir); err != nil {
		t.Fatal(err)
	}
	err := one.open(dir)
	wantError(t, err, coded.ErrCodeConflict, "another run is writing there")
	one.leave(err)
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
	_, err = rehearsed(t, dir, sample(t, 3, 10), owned)
	wantError(t, err, coded.ErrCodeConflict, "another run is writing there")
	other.leave(nil)
	mustWrite(t, dir, sample(t, 3, 10), owned)
}

// After the commit there is no way back: the error says that all is written. The journal outlives
// the earlier files, which without it would be put back.
func TestWriteCannotClearUp(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	mustWrite(t, dir, set(t, map[string]string{"kustomization.yaml": "1", "gone": "1"}), owned)
	committed := false
	_, err := write(t.Context(), dir, sample(t, 3, 10), owned, breaking(func(op, name string) error {
		committed = committed || strings.HasSuffix(name, " "+ChecksumsFile)
		if committed && op == "removeall" && name == StageDir {
			return errInjected
		}
		return nil
	}))
	wantError(t, err, errInjected, "everything is written; remove the directory "+StageDir)
	if _, err := os.Stat(filepath.Join(dir, oldDir)); err == nil {
		t.Error("the earlier files are still there")
	}
	mustWrite(t, dir, sample(t, 3, 10), owned)
	if got := paths(t, dir); len(got) != 4 {
		t.Errorf("left %q", got)
	}
}

func TestWriteLeavesADirectoryMadeMeanwhile(t *testing.T) {
	dir := t.TempDir()
	_, err := write(t.Context(), dir, set(t, map[string]string{"a/x": "1", "b/x": "1"}), owned, breaking(func(op, path string) error {
		if op == "create" && path == nextJournal {
			return os.Mkdir(filepath.Join(dir, "b"), 0o755)
		}
		return nil
	}))
	wantError(t, err, coded.ErrCodeConflict, `"b" was changed`)
	if names, _ := filepath.Glob(filepath.Join(dir, "*")); len(names) != 1 || filepath.Base(names[0]) != "b" {
		t.Errorf("left %q", names)
	}
}

// An edit made while the run is at work is not lost either, even one that keeps the size of the
// file or its time.
func TestWriteSeesAChangeBetweenSurveyAndCommit(t *testing.T) {
	for name, hit := range map[string]struct {
		path, data string
		keepTime   bool
	}{
		"edited":               {"a", "edited meanwhile", false},
		"edited, of one size":  {"a", "3", false},
		"edited, of one time":  {"a", "edited meanwhile", true},
		"made":                 {"b", "made meanwhile", false},
		"made in its place":    {"c", "made meanwhile", false},
		"removed, and listed":  {"gone", "edited meanwhile", false},
		"removed, of one size": {"gone", "3", false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			mustWrite(t, dir, set(t, map[string]string{"kustomization.yaml": "1", "a": "1", "gone": "1"}), owned)
			old, err := os.Stat(filepath.Join(dir, "a"))
			if err != nil {
				t.Fatal(err)
			}
			next := set(t, map[string]string{"kustomization.yaml": "2", "a": "2", "b": "2", "c/deep/file": "2"})
			_, err = write(t.Context(), dir, next, owned, breaking(func(op, path string) error {
				if op == "create" && path == nextJournal {
					userWrites(t, dir, hit.path, hit.data)
					now := old.ModTime().Add(time.Second)
					if hit.keepTime {
						now = old.ModTime()
					}
					return os.Chtimes(filepath.Join(dir, hit.path), now, now)
				}
				return nil
			}))
			wantError(t, err, coded.ErrCodeConflict, hit.path, "run again")
			if content(t, dir, hit.path) != hit.data || content(t, dir, "kustomization.yaml") != "1" {
				t.Errorf("left\n%s", snapshot(t, dir))
			}
			if strings.Contains(snapshot(t, dir), StageDir) {
				t.Error("the stage is still there")
			}
		})
	}
}

func TestWriteEndsWithItsContext(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	ctx, cancel := context.WithTimeout(t.Context(), -1)
	defer cancel()
	_, err := Write(ctx, dir, sample(t, 3, 10), owned)
	wantError(t, err, coded.ErrCodeTimeout, dir)
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("the directory was made")
	}
}

func TestWriteManyFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	files := sample(t, 1000, 50)
	if w := mustWrite(t, dir, files, owned); len(w.Files) != 1001 {
		t.Errorf("%d files", len(w.Files))
	}
	if w := mustWrite(t, dir, sample(t, 1, 50), owned); len(w.Removed) != 999 {
		t.Errorf("%d files removed", len(w.Removed))
	}
	if got := paths(t, dir); len(got) != 2 {
		t.Errorf("left %d files", len(got))
	}
}
