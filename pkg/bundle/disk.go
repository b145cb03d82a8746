package bundle

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/gofrs/flock"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// root is what changes files below one directory and nothing outside of it: an os.Root, or a test
// that breaks one of its steps. Names are slash-separated.
type root interface {
	Lstat(name string) (fs.FileInfo, error)
	MkdirAll(name string, perm fs.FileMode) error
	OpenFile(name string, flag int, perm fs.FileMode) (*os.File, error)
	Rename(from, to string) error
	Remove(name string) error
	RemoveAll(name string) error
	OpenRoot(name string) (*os.Root, error)
	FS() fs.FS
	Close() error
}

// disk is the opened and locked directory of a write.
type disk struct {
	root
	lock *flock.Flock
	made []string // the directories that this run made to get there, the deepest first
	wrap func(root) root
}

// absent returns what of dir, an absolute path, is not there, the deepest first.
func absent(dir string) (dirs []string, err error) {
	for ; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir) //nolint:gosec // the caller's own path
		_, none := os.Lstat(dir)  //nolint:gosec // the same
		switch {
		case err == nil && info.IsDir():
			return dirs, nil
		case err == nil, none == nil && errors.Is(err, fs.ErrNotExist): // a file, or a symlink to nothing
			return nil, coded.Invalid("%q is not a directory; name a directory", dir)
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR), dir == filepath.Dir(dir):
			return nil, err
		}
		dirs = append(dirs, dir)
	}
}

// makeDir makes dir, an absolute path.
func (d *disk) makeDir(dir string) (err error) {
	if d.made, err = absent(dir); err != nil {
		return err
	}
	return os.MkdirAll(dir, 0o755) //nolint:gosec // it is where the caller wants it, and is meant to be read
}

func lockOf(dir string) *flock.Flock { return flock.New(dir, flock.SetFlag(os.O_RDONLY)) }

func busy() error {
	return coded.New(coded.ErrCodeConflict, "another run is writing there; wait for it to end")
}

// open locks and opens a directory.
func (d *disk) open(dir string) error {
	d.lock = lockOf(dir)
	// Some file systems have no locks, and Windows cannot lock a directory: that is no reason to
	// refuse work.
	if locked, err := d.lock.TryLock(); err == nil && !locked {
		d.made = nil // the other run needs them
		return busy()
	}
	opened, err := os.OpenRoot(dir)
	if err == nil {
		d.root = d.wrap(opened)
	}
	return err
}

// leave closes the directory, and removes what a failed run made to get there.
func (d *disk) leave(failure error) {
	if d.root != nil {
		_ = d.Close()
	}
	if d.lock != nil {
		_ = d.lock.Close()
	}
	if failure != nil {
		for _, dir := range d.made {
			_ = os.Remove(dir) // one that is not empty has another user by now
		}
	}
}

// removeAll removes one after the other.
func (d *disk) removeAll(names ...string) error {
	for _, name := range names {
		if err := d.RemoveAll(name); err != nil {
			return fmt.Errorf("remove %s: %w", name, err)
		}
	}
	return nil
}

// create writes a file that is not there yet.
func create(d root, name string, content io.Reader) error {
	f, err := d.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}
