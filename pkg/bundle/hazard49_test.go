package bundle

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// That Compare says what Write does is held by all other tests, see rehearsed. This one says what
// that looks like.
func TestHazard49_CompareSaysWhatWriteWouldDo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "above", "new")
	next := map[string]string{"kustomization.yaml": "1", "a": "1", "b": "1", "values.yaml*": "1"}
	compare := func(want Changes) {
		t.Helper()
		got, err := Compare(t.Context(), dir, set(t, next), owned)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(*got, want) {
			t.Errorf("got %+v, want %+v", *got, want)
		}
	}
	compare(Changes{Added: []string{"a", "b", ChecksumsFile, "kustomization.yaml", "values.yaml"}})
	if _, err := os.Stat(filepath.Dir(dir)); err == nil {
		t.Error("Compare made a directory")
	}
	mustWrite(t, dir, set(t, next), owned)
	compare(Changes{})
	userWrites(t, dir, "values.yaml", "edited")
	delete(next, "a")
	next["b"], next["c/d"] = "2", "2"
	compare(Changes{Added: []string{"c/d"}, Changed: []string{"b", ChecksumsFile}, Removed: []string{"a"}, Kept: []string{"values.yaml"}})
	userWrites(t, dir, "b", "edited")
	_, err := Compare(t.Context(), dir, set(t, next), owned)
	wantError(t, err, coded.ErrCodeConflict, "b: edited since it was generated")
}

// Looking is in the way of nobody, and says that somebody is at work.
func TestHazard49_CompareBesideARun(t *testing.T) {
	dir := t.TempDir()
	d := &disk{wrap: func(r root) root { return r }}
	if err := d.open(dir); err != nil {
		t.Fatal(err)
	}
	_, err := rehearsed(t, dir, sample(t, 3, 10), owned)
	wantError(t, err, coded.ErrCodeConflict, "another run is writing there")
	d.leave(nil)
	mustWrite(t, dir, sample(t, 3, 10), owned)
}

func TestHazard49_CompareKnowsWhereItMayNotWrite(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write anywhere")
	}
	base := t.TempDir()
	mustWrite(t, base, set(t, map[string]string{"kustomization.yaml": "1", "a/b": "1"}), owned)
	for _, closed := range []string{".", "a"} {
		if err := os.Chmod(filepath.Join(base, closed), 0o500); err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{base, filepath.Join(base, "a", "new", "dir")} {
			_, compared := Compare(t.Context(), dir, set(t, map[string]string{"kustomization.yaml": "1", "a/b": "2"}), owned)
			_, err := Write(t.Context(), dir, set(t, map[string]string{"kustomization.yaml": "1", "a/b": "2"}), owned)
			if coded.CodeOf(compared) != coded.CodeOf(err) {
				t.Errorf("%s closed, into %s: Compare said %v, and Write %v", closed, dir, compared, err)
			}
		}
		if err := os.Chmod(filepath.Join(base, closed), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(base, "a", "new")); err != nil {
			t.Fatal(err)
		}
	}
}
