package bundle

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// owned are the options of a plain bundle run.
var owned = WriteOptions{Checksums: true, Owner: "kustomization.yaml"}

// set makes a file set of "path: content" pairs; a path that ends in "*" is editable.
func set(t testing.TB, contents map[string]string) *Files {
	t.Helper()
	files := &Files{}
	for _, path := range slices.Sorted(maps.Keys(contents)) {
		name, editable := strings.CutSuffix(path, "*")
		add := files.Add
		if editable {
			add = files.AddEditable
		}
		if err := add(name, []byte(contents[path])); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func mustWrite(t testing.TB, dir string, files *Files, o WriteOptions) *Written {
	t.Helper()
	w, err := rehearsed(t, dir, files, o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// rehearsed is Write, and holds Compare to it: it must say the same and touch nothing.
func rehearsed(t testing.TB, dir string, files *Files, o WriteOptions) (*Written, error) {
	t.Helper()
	look := func() string {
		if _, err := os.Stat(dir); err != nil {
			return err.Error()
		}
		return snapshot(t, dir)
	}
	before := look()
	said, refused := Compare(t.Context(), dir, files, o)
	if after := look(); after != before {
		t.Errorf("Compare made of\n%s\nthis:\n%s", before, after)
	}
	w, err := Write(t.Context(), dir, files, o)
	switch {
	case fmt.Sprint(err) != fmt.Sprint(refused):
		t.Errorf("Compare said\n%v\nand Write\n%v", refused, err)
	case err == nil && !reflect.DeepEqual(*said, w.Changes):
		t.Errorf("Compare said\n%v\nand Write did\n%v", *said, w.Changes)
	}
	return w, err
}

// userWrites writes one file as a user would.
func userWrites(t testing.TB, dir, path, data string) {
	t.Helper()
	name := filepath.Join(dir, path)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

// broken is a directory of which a test can break any step.
type broken struct {
	root
	hit func(step, name string) error
}

func breaking(hit func(step, name string) error) func(root) root {
	return func(r root) root { return broken{r, hit} }
}

func (b broken) Lstat(name string) (fs.FileInfo, error) {
	if err := b.hit("lstat", name); err != nil {
		return nil, err
	}
	return b.root.Lstat(name)
}

func (b broken) MkdirAll(name string, perm fs.FileMode) error {
	if err := b.hit("mkdir", name); err != nil {
		return err
	}
	return b.root.MkdirAll(name, perm)
}

func (b broken) OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error) {
	if err := b.hit("create", name); err != nil {
		return nil, err
	}
	f, err := b.root.OpenFile(name, flag, perm)
	if err == nil {
		err = b.hit("created", name)
	}
	return f, err
}

func (b broken) Rename(from, to string) error {
	if err := b.hit("rename", from+" "+to); err != nil {
		return err
	}
	return b.root.Rename(from, to)
}

func (b broken) Remove(name string) error {
	if err := b.hit("remove", name); err != nil {
		return err
	}
	return b.root.Remove(name)
}

func (b broken) RemoveAll(name string) error {
	if err := b.hit("removeall", name); err != nil {
		return err
	}
	return b.root.RemoveAll(name)
}

func (b broken) FS() fs.FS { return brokenFS{b.root.FS(), b.hit} }

type brokenFS struct {
	fs.FS
	hit func(step, name string) error
}

func (b brokenFS) Open(name string) (fs.File, error) {
	if err := b.hit("open", name); err != nil {
		return nil, err
	}
	return b.FS.Open(name)
}

func (b brokenFS) Lstat(name string) (fs.FileInfo, error) {
	if err := b.hit("lstat", name); err != nil {
		return nil, err
	}
	return fs.Lstat(b.FS, name)
}

func (b brokenFS) ReadLink(name string) (string, error) { return fs.ReadLink(b.FS, name) }

// snapshot is everything below dir: kinds, modes, contents and link targets.
func snapshot(t testing.TB, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Lstat(name)
		if err != nil {
			return err
		}
		path, _ := filepath.Rel(dir, name)
		fmt.Fprintf(&b, "%s %s", info.Mode(), path)
		switch {
		case info.Mode().IsRegular():
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, " %q", data)
		case info.Mode()&fs.ModeSymlink != 0:
			to, _ := os.Readlink(name)
			b.WriteString(" -> " + to)
		}
		b.WriteByte('\n')
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// paths are the regular files below dir.
func paths(t testing.TB, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			path, _ := filepath.Rel(dir, name)
			found = append(found, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

func content(t testing.TB, dir, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// wantError fails unless err is of the wanted code and names all words.
func wantError(t testing.TB, err, code error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %v", code)
	}
	if !errors.Is(err, code) {
		t.Errorf("error %q is not %v", err, code)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q does not say %q", err, word)
		}
	}
}
