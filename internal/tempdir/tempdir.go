// Package tempdir makes temporary directories of which none stays: a run removes its own, and what
// a killed one left, the next one that needs a directory in the same place.
//
// Each is locked as long as its run lives; the system lets go of the lock when the process ends,
// however it ends. On a system that cannot lock directories, what a killed run left stays.
package tempdir

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// Dir is a temporary directory.
type Dir struct {
	Path string
	lock *flock.Flock
}

// Make makes a directory in parent, "" for the system's place, that only this user can read. Its
// name is the kind and a number. Those of the same kind that killed runs left there are removed.
func Make(parent, kind string) (*Dir, error) {
	if parent == "" {
		parent = os.TempDir()
	}
	sweep(parent, kind)
	for {
		path, err := os.MkdirTemp(parent, kind+"-*")
		if err != nil {
			return nil, err
		}
		d := &Dir{path, lockOf(path)}
		locked, err := d.lock.TryLock()
		// Another run may have taken it for one that was left before it was locked.
		if _, gone := os.Lstat(path); gone == nil && (locked || err != nil) {
			return d, nil
		}
		_ = d.lock.Close()
	}
}

// Remove removes the directory with all that is in it. Doing so twice is no error.
func (d *Dir) Remove() error {
	err := os.RemoveAll(d.Path)
	_ = d.lock.Close()
	return err
}

func lockOf(dir string) *flock.Flock { return flock.New(dir, flock.SetFlag(os.O_RDONLY)) }

// sweep removes the directories of runs that live no more. What it may not remove is somebody
// else's.
func sweep(parent, kind string) {
	entries, _ := os.ReadDir(parent)
	for _, entry := range entries {
		number, ours := strings.CutPrefix(entry.Name(), kind+"-")
		if !ours || !entry.IsDir() || number == "" || strings.Trim(number, "0123456789") != "" {
			continue
		}
		d := &Dir{Path: filepath.Join(parent, entry.Name())}
		d.lock = lockOf(d.Path)
		if locked, err := d.lock.TryLock(); err == nil && locked {
			_ = d.Remove()
		}
		_ = d.lock.Close()
	}
}
