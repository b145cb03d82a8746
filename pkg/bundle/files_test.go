package bundle

import (
	"slices"
	"strconv"
	"testing"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

func TestFilesClashes(t *testing.T) {
	for name, c := range map[string]struct{ first, second, says string }{
		"twice":                       {"a/b.yaml", "a/b.yaml", "twice"},
		"case of the file":            {"a/b.yaml", "a/B.yaml", "only in case"},
		"case of a directory":         {"a/b.yaml", "A/c.yaml", "only in case"},
		"case of an upper directory":  {"a/x/b.yaml", "A/y/c.yaml", "only in case"},
		"case beyond ASCII":           {"ä", "Ä", "only in case"},
		"case of one letter to two":   {"s", "ſ", "only in case"},
		"directory where a file is":   {"a", "a/b", "file \"a\""},
		"file where a directory is":   {"a/b/c", "a/b", "directory"},
		"directory and file, by case": {"a/b", "A", "only in case"},
		"file and directory, by case": {"A", "a/b", "only in case"},
	} {
		t.Run(name, func(t *testing.T) {
			files := &Files{}
			if err := files.Add(c.first, []byte("1")); err != nil {
				t.Fatal(err)
			}
			wantError(t, files.Add(c.second, []byte("22")), coded.ErrCodeInvalidRequest, c.says, strconv.Quote(c.second))
			if files.Len() != 1 || files.Size() != 1 {
				t.Errorf("the set has %d files and %d bytes after a refusal", files.Len(), files.Size())
			}
			// What was refused leaves nothing behind that refuses others.
			if err := files.Add("other/file", nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFilesAreSorted(t *testing.T) {
	files := set(t, map[string]string{"b": "1", "a/z*": "22", "a.b": "333"})
	want := []string{"a.b", "a/z", "b"}
	if got := files.Paths(); !slices.Equal(got, want) {
		t.Errorf("Paths() = %q, want %q", got, want)
	}
	var all []string
	for file := range files.All() {
		all = append(all, file.Path)
		if file.Editable != (file.Path == "a/z") {
			t.Errorf("%s: editable %t", file.Path, file.Editable)
		}
	}
	if !slices.Equal(all, want) {
		t.Errorf("All() = %q, want %q", all, want)
	}
	if files.Size() != 6 || files.Len() != 3 {
		t.Errorf("size %d, length %d", files.Size(), files.Len())
	}
}

func TestFilesGet(t *testing.T) {
	files := set(t, map[string]string{"a/b": "1"})
	if data, ok := files.Get("a/b"); !ok || string(data) != "1" {
		t.Errorf("Get(a/b) = %q, %t", data, ok)
	}
	for _, path := range []string{"a", "A/b", "c", ""} {
		if _, ok := files.Get(path); ok {
			t.Errorf("Get(%q) finds a file", path)
		}
	}
	if _, ok := new(Files).Get("a"); ok {
		t.Error("an empty set has a file")
	}
}
