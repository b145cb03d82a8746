package bundle

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// Every file below the directory is listed with its hash, by its relative path, and nothing else
// is.
func TestHazard32_ChecksumsAreRelativeAndClosed(t *testing.T) {
	dir := t.TempDir()
	userWrites(t, dir, "data/x.bin", "data")
	o := owned
	o.DataFiles = []string{"data/x.bin", "data/x.bin"}
	w := mustWrite(t, dir, set(t, map[string]string{
		"kustomization.yaml": "1", "a/b/c.yaml": "22", "values.yaml*": "333",
	}), o)
	text := content(t, dir, "checksums.txt")
	if strings.Contains(text, dir) {
		t.Errorf("the list holds an absolute path:\n%s", text)
	}
	list, err := ParseChecksums([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	listed := []string{ChecksumsFile}
	for _, sum := range list {
		listed = append(listed, sum.Path)
		if got := sumOf([]byte(content(t, dir, sum.Path))); got != sum.SHA256 {
			t.Errorf("%s has %s and is listed with %s", sum.Path, got, sum.SHA256)
		}
		if sum.Editable != (sum.Path == "values.yaml") {
			t.Errorf("%s: editable %t", sum.Path, sum.Editable)
		}
	}
	slices.Sort(listed)
	if on := paths(t, dir); !slices.Equal(listed, on) {
		t.Errorf("listed %q, on disk %q", listed, on)
	}
	var absolute []string
	var size int64
	for _, path := range listed {
		absolute = append(absolute, filepath.Join(dir, path))
		size += int64(len(content(t, dir, path)))
	}
	if !slices.Equal(w.Files, absolute) || w.TotalSize != size {
		t.Errorf("Written has %q, %d bytes; want %q, %d bytes", w.Files, w.TotalSize, absolute, size)
	}
}

func TestHazard32_DataFiles(t *testing.T) {
	files := set(t, map[string]string{"kustomization.yaml": "1"})
	with := func(data ...string) WriteOptions {
		o := owned
		o.DataFiles = data
		return o
	}
	dir := t.TempDir()
	userWrites(t, dir, "data/x", "x")
	userWrites(t, dir, "data/y", "y")
	before, err := os.Stat(filepath.Join(dir, "data/x"))
	if err != nil {
		t.Fatal(err)
	}
	mustWrite(t, dir, files, with("data/x", "data/y"))

	// One that is no longer named was ours; one that is named stays, though edited.
	userWrites(t, dir, "data/x", "x")
	w := mustWrite(t, dir, files, with("data/x"))
	if !slices.Equal(w.Removed, []string{"data/y"}) {
		t.Errorf("removed %q", w.Removed)
	}
	userWrites(t, dir, "data/x", "another x")
	mustWrite(t, dir, files, with("data/x"))
	if got := content(t, dir, "checksums.txt"); !strings.Contains(got, sumOf([]byte("another x"))+"  data/x\n") {
		t.Errorf("the list does not follow the data file:\n%s", got)
	}
	if after, _ := os.Stat(filepath.Join(dir, "data/x")); !os.SameFile(before, after) {
		t.Error("a data file was replaced")
	}

	outside := filepath.Join(t.TempDir(), "secret")
	userWrites(t, filepath.Dir(outside), "secret", "s")
	for name, target := range map[string]string{"link": outside, "inside": "kustomization.yaml", "away": filepath.Dir(outside)} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	userWrites(t, dir, "Kustomization.yaml", "only its case is another")
	snap := snapshot(t, dir)
	for path, code := range map[string]error{
		"missing":            coded.ErrCodeNotFound,
		"link":               coded.ErrCodeInvalidRequest,
		"inside":             coded.ErrCodeInvalidRequest,
		"away/secret":        coded.ErrCodeInvalidRequest,
		"data":               coded.ErrCodeInvalidRequest,
		"../secret":          coded.ErrCodeInvalidRequest,
		"kustomization.yaml": coded.ErrCodeInvalidRequest,
		"Kustomization.yaml": coded.ErrCodeInvalidRequest,
		"checksums.txt":      coded.ErrCodeInvalidRequest,
	} {
		_, err := rehearsed(t, dir, files, with(path))
		wantError(t, err, code, path)
	}
	_, err = rehearsed(t, dir, files, with("missing", "gone"))
	wantError(t, err, coded.ErrCodeNotFound, "missing", "gone")
	if got := snapshot(t, dir); got != snap {
		t.Errorf("a refusal changed the directory to\n%s", got)
	}
}
