package bundle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"

	"github.com/aicr-flux/aicr/internal/ctxio"
)

// tree looks at the files below a directory, and never through a symlink: one that leads elsewhere
// inside the directory would have us read or change a file under a name that nobody listed. It
// looks at each directory once.
type tree struct {
	fsys   fs.FS
	dirs   map[string]place
	buffer []byte
}

// place is what stands at a path. Where neither missing nor blocked is set, it is what was looked
// for.
type place struct {
	info    fs.FileInfo // of a file
	missing string      // the topmost path that is not there
	blocked *obstacle
}

func newTree(fsys fs.FS) tree {
	return tree{fsys: fsys, dirs: map[string]place{".": {}}, buffer: make([]byte, 64<<10)}
}

// file looks at a path where a regular file may stand.
func (t *tree) file(path string) (place, error) {
	return t.at(path, "a file", fs.FileMode.IsRegular)
}

// dir looks at a directory and at those above it.
func (t *tree) dir(path string) (place, error) {
	if known, ok := t.dirs[path]; ok {
		return known, nil
	}
	at, err := t.at(path, "a directory", fs.FileMode.IsDir)
	if err == nil {
		t.dirs[path] = at
	}
	return at, err
}

func (t *tree) at(path, wanted string, fits func(fs.FileMode) bool) (place, error) {
	above, err := t.dir(parent(path))
	if err != nil || above.missing != "" || above.blocked != nil {
		return above, err
	}
	info, err := fs.Lstat(t.fsys, path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return place{missing: path}, nil
	case err != nil:
		return place{}, err
	case !fits(info.Mode()):
		return place{blocked: &obstacle{path, kind(info.Mode()) + " stands where " + wanted + " must go"}}, nil
	}
	return place{info: info}, nil
}

func kind(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "a file"
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeSymlink != 0:
		return "a symlink"
	}
	return "a special file"
}

// sum hashes a file, and returns its size.
func (t *tree) sum(ctx context.Context, path string) (sum string, size int64, err error) {
	f, err := t.fsys.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	hash := sha256.New()
	size, err = io.CopyBuffer(hash, ctxio.Reader(ctx, f), t.buffer)
	return hex.EncodeToString(hash.Sum(nil)), size, err
}
