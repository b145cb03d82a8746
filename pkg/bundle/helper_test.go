package bundle

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
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
	w, err := Write(t.Context(), dir, files, o)
	if err != nil {
		t.Fatal(err)
	}
	return w
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
