package bundle

import (
	"errors"
	"io/fs"
)

// walker looks at paths and never through a symlink: os.Root keeps a symlink from
// leading out of the directory, but one that leads elsewhere inside it would have
// us change a file under a name that nobody listed. It looks at each directory
// once.
type walker struct {
	disk *disk
	dirs map[string]place
	// bare says that the directory is new, so that nothing can be in it.
	bare bool
}

// place is what stands at a path: nothing (both nil), something usable, or
// something that is in the way.
type place struct {
	info    fs.FileInfo
	blocked *obstacle
}

// obstacle is what stands at path instead of a directory or of a regular file.
type obstacle struct{ path, why string }

func newWalker(d *disk) *walker { return &walker{disk: d, dirs: map[string]place{}} }

// dir looks at a directory and at those above it.
func (w *walker) dir(path string) (place, error) {
	if path == "." {
		return place{info: dot{}}, nil
	}
	if known, ok := w.dirs[path]; ok {
		return known, nil
	}
	at, err := w.below(path)
	if err == nil && at.info != nil && !at.info.IsDir() {
		at = place{blocked: &obstacle{path, kind(at.info) + " stands where a directory must go"}}
	}
	if err == nil {
		w.dirs[path] = at
	}
	return at, err
}

// file looks at a path where a regular file may stand.
func (w *walker) file(path string) (place, error) {
	at, err := w.below(path)
	if err == nil && at.info != nil && !at.info.Mode().IsRegular() {
		at = place{blocked: &obstacle{path, kind(at.info) + " stands where a file must go"}}
	}
	return at, err
}

// below looks at path if all above it are directories.
func (w *walker) below(path string) (place, error) {
	above, err := w.dir(parent(path))
	if err != nil || above.info == nil {
		return above, err
	}
	if w.bare {
		return place{}, nil
	}
	info, err := w.disk.lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return place{}, nil
	}
	return place{info: info}, err
}

func kind(info fs.FileInfo) string {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return "a file"
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeSymlink != 0:
		return "a symlink"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

// dot is the directory itself, which is there: it was opened.
type dot struct{ fs.FileInfo }

// IsDir implements fs.FileInfo.
func (dot) IsDir() bool { return true }
