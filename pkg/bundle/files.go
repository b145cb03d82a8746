package bundle

import (
	"iter"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Files is a set of files that fits any file system: no path twice, none that is a file and a
// directory, no two that differ only in case. The zero value is an empty set. Reading a set is safe
// for concurrent use, adding to it is not.
type Files struct {
	list  []File
	index index
	size  int64
}

// Add puts a file into the set; the set keeps data, it does not copy it. A path that CheckPath
// refuses or that clashes with one of the set is ErrCodeInvalidRequest, and leaves the set as it
// was.
func (f *Files) Add(path string, data []byte) error {
	return f.AddFile(File{Path: path, Data: data})
}

// AddEditable is Add for a file that its user is meant to edit.
func (f *Files) AddEditable(path string, data []byte) error {
	return f.AddFile(File{Path: path, Data: data, Editable: true})
}

// AddFile is Add for a file that is opened when it is needed, or that carries more than its
// content. A file whose fields do not fit together is ErrCodeInvalidRequest too.
func (f *Files) AddFile(file File) error {
	if err := file.check(); err != nil {
		return errors.In(err, "path %.200q", file.Path)
	}
	if f.index == nil {
		f.index = index{}
	}
	if err := f.index.add(file.Path, len(f.list)); err != nil {
		return err
	}
	f.list = append(f.list, file)
	f.size += file.Len()
	return nil
}

// All returns the files sorted by path.
func (f *Files) All() iter.Seq[File] {
	// A copy is sorted at each call: sorting in place would make reading unsafe for concurrent use.
	sorted := slices.SortedFunc(slices.Values(f.list), func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return slices.Values(sorted)
}

// Paths returns the paths, sorted.
func (f *Files) Paths() []string {
	paths := make([]string, 0, len(f.list))
	for _, file := range f.list {
		paths = append(paths, file.Path)
	}
	slices.Sort(paths)
	return paths
}

// Get returns the content of the file at path, and whether there is one. The content of a file that
// is opened when it is needed is nil; see Lookup.
func (f *Files) Get(path string) ([]byte, bool) {
	file, ok := f.Lookup(path)
	return file.Data, ok
}

// Lookup returns the file at path, and whether there is one.
func (f *Files) Lookup(path string) (File, bool) {
	if slot, ok := f.index[fold(path)]; ok && slot.path == path && slot.file >= 0 {
		return f.list[slot.file], true
	}
	return File{}, false
}

// Len returns the number of files.
func (f *Files) Len() int { return len(f.list) }

// Size returns the size of all contents in bytes.
func (f *Files) Size() int64 { return f.size }

// index finds clashes: it holds each file and each directory above one under its folded path.
type index map[string]slot

// slot is what stands at a folded path: file is the position of a file in the list, or directory.
type slot struct {
	path string
	file int
}

const directory = -1

func (x index) add(file string, position int) error {
	if err := CheckPath(file); err != nil {
		return err
	}
	var fresh []string
	for at := file; at != "."; at = parent(at) {
		known, ok := x[fold(at)]
		if !ok {
			fresh = append(fresh, at)
			continue
		}
		switch {
		case known.path != at:
			return badPath(file, "differs only in case from %q; many file systems take them for one", known.path)
		case at == file && known.file == directory:
			return badPath(file, "is also a directory of the bundle")
		case at == file:
			return badPath(file, "is there twice")
		case known.file != directory:
			return badPath(file, "needs a directory where the bundle has the file %q", at)
		}
		break // what is above a known directory is known
	}
	for _, dir := range fresh {
		x[fold(dir)] = slot{dir, directory}
	}
	x[fold(file)] = slot{file, position}
	return nil
}
