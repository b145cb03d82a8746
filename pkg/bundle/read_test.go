package bundle

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// written is a directory that holds a bundle of three files, one of them editable.
func written(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	mustWrite(t, dir, set(t, map[string]string{
		"kustomization.yaml": "1", "a/b/c.yaml": "22", "a/values.yaml*": "333",
	}), owned)
	return dir
}

func contentOf(t testing.TB, files *Files, path string) string {
	t.Helper()
	file, ok := files.Lookup(path)
	if !ok {
		t.Fatalf("there is no %q", path)
	}
	r, err := file.Reader()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// What is read back is written as it was, the list with it, also where a file was edited; what the
// list does not name stays behind.
func TestReadIsTheInverseOfWrite(t *testing.T) {
	dir := written(t)
	userWrites(t, dir, "a/values.yaml", "edited")
	userWrites(t, dir, ".env", "SECRET=1")
	userWrites(t, dir, "a/old.yaml", "an earlier layout")
	files, err := Read(t.Context(), os.DirFS(dir), owned.Owner)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(files.Paths(), " "); got != "a/b/c.yaml a/values.yaml kustomization.yaml" {
		t.Errorf("read %s", got)
	}
	if files.Size() != 1+2+6 {
		t.Errorf("the size is %d", files.Size())
	}
	if got := contentOf(t, files, "a/values.yaml"); got != "edited" {
		t.Errorf("the edited file reads %q", got)
	}
	if got, want := string(Sum(files).Bytes()), content(t, dir, ChecksumsFile); got != want {
		t.Errorf("the list is now\n%swant\n%s", got, want)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	mustWrite(t, copied, files, owned)
	for _, path := range append(files.Paths(), ChecksumsFile) {
		if got, want := content(t, copied, path), content(t, dir, path); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if got := paths(t, copied); len(got) != 4 {
		t.Errorf("the copy holds %q", got)
	}
	// Once more changes nothing.
	before := snapshot(t, copied)
	if w := mustWrite(t, copied, files, owned); len(w.Kept) != 0 || snapshot(t, copied) != before {
		t.Errorf("a second write kept %q or changed something", w.Kept)
	}
}

// Somebody else's edit of an editable file does not give way to ours.
func TestAnEditNeverReplacesAnotherEdit(t *testing.T) {
	dir := written(t)
	userWrites(t, dir, "a/values.yaml", "ours")
	files, err := Read(t.Context(), os.DirFS(dir), owned.Owner)
	if err != nil {
		t.Fatal(err)
	}
	other := written(t)
	mustWrite(t, other, files, owned)
	if got := content(t, other, "a/values.yaml"); got != "ours" {
		t.Errorf("an unedited file stayed %q", got)
	}
	userWrites(t, other, "a/values.yaml", "theirs")
	_, err = Write(t.Context(), other, files, owned)
	wantError(t, err, coded.ErrCodeConflict, "a/values.yaml", edited)
}

func TestReadNamesAllThatIsWrong(t *testing.T) {
	dir := written(t)
	userWrites(t, dir, "kustomization.yaml", "changed")
	if err := os.Remove(filepath.Join(dir, "a", "values.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "a", "b"), filepath.Join(dir, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../elsewhere", filepath.Join(dir, "a", "b")); err != nil {
		t.Fatal(err)
	}
	for name, fsys := range map[string]fs.FS{"directory": os.DirFS(dir), "root": rootFS(t, dir)} {
		t.Run(name, func(t *testing.T) {
			files, err := Read(t.Context(), fsys, owned.Owner)
			wantError(t, err, coded.ErrCodeConflict, "3 files are",
				"kustomization.yaml: edited", "a/values.yaml: missing", "a/b: a symlink")
			if files != nil {
				t.Error("there is half a result")
			}
		})
	}
}

func rootFS(t *testing.T, dir string) fs.FS {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root.FS()
}

func TestReadRefusesForeignLists(t *testing.T) {
	sum := sumOf(nil)
	for name, c := range map[string]struct{ list, says string }{
		"release":           {sum + " *aicr_linux_amd64.tar.gz\n", `does not list "kustomization.yaml"`},
		"other owner":       {sum + "  README.md\n", `does not list "kustomization.yaml"`},
		"path that escapes": {sum + "  ../kustomization.yaml\n", "relative"},
		"clash":             {sum + "  A\n" + sum + "  a\n" + sum + "  kustomization.yaml\n", "only in case"},
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{ChecksumsFile: {Data: []byte(c.list)}, "kustomization.yaml": {}, "README.md": {}, "A": {}, "a": {}}
			_, err := Read(t.Context(), fsys, owned.Owner)
			wantError(t, err, coded.ErrCodeInvalidRequest, ChecksumsFile, c.says)
		})
	}
	_, err := Read(t.Context(), fstest.MapFS{}, owned.Owner)
	wantError(t, err, coded.ErrCodeInvalidRequest, "checksums.txt is missing")
	_, err = Read(t.Context(), fstest.MapFS{ChecksumsFile: {Mode: fs.ModeDir}}, owned.Owner)
	wantError(t, err, coded.ErrCodeInvalidRequest, "a directory stands")
}

func TestReadStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, os.DirFS(written(t)), owned.Owner); coded.ExitStatus(err) != 1 {
		t.Errorf("error %v", err)
	}
}

// A file that changes after it was read is never taken for what it was.
func TestReadFilesNoticeChanges(t *testing.T) {
	for name, now := range map[string]string{"same length": "x", "longer": "1 and more", "shorter": ""} {
		t.Run(name, func(t *testing.T) {
			dir := written(t)
			files, err := Read(t.Context(), os.DirFS(dir), owned.Owner)
			if err != nil {
				t.Fatal(err)
			}
			userWrites(t, dir, "kustomization.yaml", now)
			to := filepath.Join(t.TempDir(), "copy")
			_, err = Write(t.Context(), to, files, owned)
			wantError(t, err, coded.ErrCodeConflict, "kustomization.yaml", "changed by another program")
			if _, err := os.Lstat(to); err == nil {
				t.Error("something was written")
			}
		})
	}
}

func TestAddFileRefusesWhatDoesNotFit(t *testing.T) {
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(nil)), nil }
	sum := sumOf(nil)
	for name, file := range map[string]File{
		"size of data":     {Path: "a", Data: []byte("1"), Size: 1},
		"two contents":     {Path: "a", Data: []byte("1"), Open: open, SHA256: sum},
		"no checksum":      {Path: "a", Open: open},
		"negative size":    {Path: "a", Open: open, SHA256: sum, Size: -1},
		"listed, not edit": {Path: "a", Listed: sum},
		"listed, no sum":   {Path: "a", Editable: true, Listed: "x"},
		"path":             {Path: "../a"},
	} {
		t.Run(name, func(t *testing.T) {
			files := &Files{}
			wantError(t, files.AddFile(file), coded.ErrCodeInvalidRequest, "path")
			if files.Len() != 0 {
				t.Error("it is in the set")
			}
		})
	}
}

// A file that grows without end is given up as soon as it is longer than it was.
func TestReadingEndsWhereAFileHasNoEnd(t *testing.T) {
	open := func() (io.ReadCloser, error) { return io.NopCloser(endless{}), nil }
	r, err := File{Path: "a", Open: open, Size: 10, SHA256: sumOf(nil)}.Reader()
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, io.LimitReader(r, 1<<30))
	wantError(t, err, coded.ErrCodeConflict, `"a"`)
	if n > 10 {
		t.Errorf("%d bytes came through", n)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
