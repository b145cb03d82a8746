package bundle

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// FS returns the files as a file system, for code that reads bundles from anywhere. It shows the set
// as it is at the call, and is safe for concurrent use. Its files have no times.
func (f *Files) FS() fs.FS {
	fsys := &filesFS{files: f, dirs: map[string][]fs.DirEntry{".": nil}}
	for file := range f.All() {
		fsys.enter(path.Dir(file.Path), entry{name: path.Base(file.Path), size: file.Len(), mode: 0o644})
	}
	for _, entries := range fsys.dirs {
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return fsys
}

func parent(name string) string { return path.Dir(name) }

type filesFS struct {
	files *Files
	dirs  map[string][]fs.DirEntry
}

// enter puts an entry into its directory, and a new directory into its own.
func (f *filesFS) enter(dir string, e entry) {
	if _, known := f.dirs[dir]; !known {
		f.enter(path.Dir(dir), entry{name: path.Base(dir), mode: fs.ModeDir | 0o755})
	}
	f.dirs[dir] = append(f.dirs[dir], fs.FileInfoToDirEntry(e))
}

// Open implements fs.FS.
func (f *filesFS) Open(name string) (fs.File, error) {
	refuse := func(err error) (fs.File, error) { return nil, &fs.PathError{Op: "open", Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return refuse(fs.ErrInvalid)
	}
	if entries, ok := f.dirs[name]; ok {
		return &openDir{entry: entry{name: path.Base(name), mode: fs.ModeDir | 0o755}, left: entries}, nil
	}
	file, ok := f.files.Lookup(name)
	if !ok {
		return refuse(fs.ErrNotExist)
	}
	content, err := file.Reader()
	if err != nil {
		return refuse(err)
	}
	return &openFile{entry{name: path.Base(name), size: file.Len(), mode: 0o644}, content}, nil
}

// entry is the fs.FileInfo of a file or directory.
type entry struct {
	name string
	size int64
	mode fs.FileMode
}

func (e entry) Name() string               { return e.name }
func (e entry) Size() int64                { return e.size }
func (e entry) Mode() fs.FileMode          { return e.mode }
func (e entry) IsDir() bool                { return e.mode.IsDir() }
func (e entry) Sys() any                   { return nil }
func (e entry) ModTime() time.Time         { return time.Time{} }
func (e entry) Stat() (fs.FileInfo, error) { return e, nil }

type openFile struct {
	entry
	io.ReadCloser
}

type openDir struct {
	entry
	left []fs.DirEntry
}

func (*openDir) Close() error { return nil }

func (d *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}

// ReadDir implements fs.ReadDirFile.
func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 || n > len(d.left) {
		if n > 0 && len(d.left) == 0 {
			return nil, io.EOF
		}
		n = len(d.left)
	}
	head := slices.Clone(d.left[:n])
	d.left = d.left[n:]
	return head, nil
}
