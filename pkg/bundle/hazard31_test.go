package bundle

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

func TestHazard31_FilesOfAnEarlierRunAreRemoved(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, set(t, map[string]string{
		"kustomization.yaml": "1", "gone/a": "a", "gone/deep/b": "b", "shared/c": "c", "gone.yaml*": "e", "missing": "m",
	}), owned)
	userWrites(t, dir, "shared/mine", "mine")
	userWrites(t, dir, ".env", "secret")
	if err := os.MkdirAll(filepath.Join(dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "missing")); err != nil {
		t.Fatal(err)
	}
	w := mustWrite(t, dir, set(t, map[string]string{"kustomization.yaml": "2"}), owned)
	if want := []string{"gone.yaml", "gone/a", "gone/deep/b", "shared/c"}; !slices.Equal(w.Removed, want) {
		t.Errorf("removed %q, want %q", w.Removed, want)
	}
	if got, want := paths(t, dir), []string{".env", "checksums.txt", "kustomization.yaml", "shared/mine"}; !slices.Equal(got, want) {
		t.Errorf("left %q, want %q", got, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "gone")); err == nil {
		t.Error("a directory that the removals emptied is still there")
	}
	if _, err := os.Stat(filepath.Join(dir, "empty")); err != nil {
		t.Error("an empty directory that is not the bundle's is gone")
	}
}

func TestHazard31_EditedAndForeignFilesAreNeverLost(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, set(t, map[string]string{
		"kustomization.yaml": "1", "a/edited": "1", "a/removed": "1", "a/same": "1", "a/alike": "1", "values.yaml*": "1", "old.yaml*": "1",
	}), owned)
	for _, path := range []string{"a/edited", "a/removed", "values.yaml", "old.yaml", "b/foreign"} {
		userWrites(t, dir, path, "by hand")
	}
	userWrites(t, dir, "a/alike", "2") // what the new run wants, by chance
	userWrites(t, dir, "b/alike", "2")
	next := set(t, map[string]string{
		"kustomization.yaml": "2", "a/edited": "2", "a/same": "1", "a/alike": "2", "values.yaml*": "2", "b/foreign": "2", "b/alike": "2",
	})
	before := snapshot(t, dir)
	_, err := rehearsed(t, dir, next, owned)
	wantError(t, err, coded.ErrCodeConflict, "5 files are in the way",
		"\n  - a/edited: edited since it was generated", "\n  - a/removed: edited since", "\n  - values.yaml: edited since",
		"\n  - old.yaml: edited since", "\n  - b/foreign: not written by this tool", "move or revert them")
	if !strings.HasSuffix(err.Error(), "set `Force` to overwrite them") {
		t.Errorf("%q does not end in what to do", err)
	}
	if got := snapshot(t, dir); got != before {
		t.Fatalf("a conflict changed the directory to\n%s", got)
	}

	force := owned
	force.Force = true
	w := mustWrite(t, dir, next, force)
	if want := []string{"a/removed", "old.yaml"}; !slices.Equal(w.Removed, want) {
		t.Errorf("removed %q, want %q", w.Removed, want)
	}
	for file := range next.All() {
		if got := content(t, dir, file.Path); got != string(file.Data) {
			t.Errorf("%s is %q", file.Path, got)
		}
	}
}

// A repository may have somebody else's checksums.txt: what that lists is no business of ours.
func TestHazard31_ForeignListIsNotBelieved(t *testing.T) {
	list := func(paths ...string) string {
		var sums Checksums
		for _, path := range paths {
			sums = append(sums, Checksum{Path: path, SHA256: sumA})
		}
		return string(sums.Bytes())
	}
	for name, text := range map[string]string{
		"no owner":      list("main.go", "release.tar.gz"),
		"another order": sumA + "  main.go\n" + sumA + "  kustomization.yaml\n",
		"another form":  sumA + " *kustomization.yaml\n" + sumA + " *main.go\n",
		"not a list":    "hello\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			userWrites(t, dir, "main.go", "a")
			userWrites(t, dir, "checksums.txt", text)
			files := set(t, map[string]string{"kustomization.yaml": "1"})
			before := snapshot(t, dir)
			_, err := rehearsed(t, dir, files, owned)
			wantError(t, err, coded.ErrCodeConflict, "checksums.txt: not written by this tool")
			if got := snapshot(t, dir); got != before {
				t.Fatalf("a conflict changed the directory to\n%s", got)
			}
			force := owned
			force.Force = true
			if w := mustWrite(t, dir, files, force); len(w.Removed) != 0 || content(t, dir, "main.go") != "a" {
				t.Errorf("removed %q by a foreign list", w.Removed)
			}
		})
	}
	t.Run("not asked for", func(t *testing.T) {
		dir := t.TempDir()
		userWrites(t, dir, "checksums.txt", "mine\n")
		mustWrite(t, dir, set(t, map[string]string{"a": "1"}), WriteOptions{})
		if content(t, dir, "checksums.txt") != "mine\n" {
			t.Error("a foreign checksums.txt was touched")
		}
	})
	t.Run("no owner is named", func(t *testing.T) {
		dir := t.TempDir()
		o := WriteOptions{Checksums: true}
		mustWrite(t, dir, set(t, map[string]string{"a": "1", "b": "1"}), o)
		_, err := rehearsed(t, dir, set(t, map[string]string{"a": "1"}), o)
		wantError(t, err, coded.ErrCodeConflict, "checksums.txt")
	})
}

func TestHazard31_WithoutChecksums(t *testing.T) {
	none := WriteOptions{Owner: owned.Owner}
	t.Run("earlier files are unknown", func(t *testing.T) {
		dir := t.TempDir()
		mustWrite(t, dir, set(t, map[string]string{"kustomization.yaml": "1", "a": "1"}), none)
		w := mustWrite(t, dir, set(t, map[string]string{"kustomization.yaml": "1"}), none)
		if len(w.Removed) != 0 || content(t, dir, "a") != "1" {
			t.Errorf("removed %q", w.Removed)
		}
		_, err := rehearsed(t, dir, set(t, map[string]string{"kustomization.yaml": "2"}), none)
		wantError(t, err, coded.ErrCodeConflict, "kustomization.yaml: not written by this tool")
	})
	t.Run("the earlier list goes", func(t *testing.T) {
		dir := t.TempDir()
		mustWrite(t, dir, set(t, map[string]string{"kustomization.yaml": "1", "a": "1"}), owned)
		w := mustWrite(t, dir, set(t, map[string]string{"kustomization.yaml": "2"}), none)
		if want := []string{"a", "checksums.txt"}; !slices.Equal(w.Removed, want) {
			t.Errorf("removed %q, want %q", w.Removed, want)
		}
		if got := paths(t, dir); !slices.Equal(got, []string{"kustomization.yaml"}) {
			t.Errorf("left %q", got)
		}
	})
}

// The bundle of another program is replaced as one of ours would be.
func TestHazard52_ABundleOfAnotherProgramIsReplaced(t *testing.T) {
	dir := t.TempDir()
	o := owned
	o.Maker = "bundle-info.yaml"
	text := ""
	for _, path := range []string{"x/templates/deep/y.yaml", "bundle-info.yaml", "kustomization.yaml", "x/edited"} {
		userWrites(t, dir, path, "a")
		text += sumA + "  " + path + "\n"
	}
	userWrites(t, dir, "checksums.txt", text)
	userWrites(t, dir, "mine", "mine")
	files := set(t, map[string]string{"kustomization.yaml": "1", "bundle-info.yaml": "2", "x/templates/y.yaml": "3"})

	userWrites(t, dir, "x/edited", "by hand")
	_, err := rehearsed(t, dir, files, o)
	wantError(t, err, coded.ErrCodeConflict, "1 file is in the way", "x/edited: edited since it was generated")
	userWrites(t, dir, "x/edited", "a")
	w := mustWrite(t, dir, files, o)
	if want := []string{"x/edited", "x/templates/deep/y.yaml"}; !slices.Equal(w.Removed, want) {
		t.Errorf("removed %q, want %q", w.Removed, want)
	}
	if got, want := paths(t, dir), []string{"bundle-info.yaml", "checksums.txt", "kustomization.yaml", "mine", "x/templates/y.yaml"}; !slices.Equal(got, want) {
		t.Errorf("left %q, want %q", got, want)
	}
}
