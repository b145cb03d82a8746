package bundle

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// target is the opened and locked directory of a write.
type target struct {
	*disk
	bare bool // this run made it
	base *disk
	made []string // what this run made below base, from the top
	held io.Closer
}

// open opens dir, an absolute path, makes it and those above it if need be, and
// takes the lock.
func open(ctx context.Context, dir string, f *faults) (*target, error) {
	above, missing, err := existing(dir)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(above)
	if err != nil {
		return nil, err
	}
	t := &target{base: &disk{root: root, ctx: ctx, faults: f}}
	t.disk = t.base
	if err := t.enter(missing); err != nil {
		return nil, coded.Join(err, t.leave(err))
	}
	return t, nil
}

// existing splits dir into the lowest directory that is there and the rest.
func existing(dir string) (above string, missing []string, err error) {
	for above = dir; ; above = filepath.Dir(above) {
		info, err := os.Stat(above)
		switch {
		case err == nil && info.IsDir():
			slices.Reverse(missing)
			return above, missing, nil
		case err == nil:
			return "", nil, coded.Invalid("%s stands at %q; name a directory", kind(info), above)
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR):
			return "", nil, err
		}
		if _, err := os.Lstat(above); err == nil {
			return "", nil, coded.Invalid("%q is a symlink that leads nowhere; remove it or make its target", above)
		}
		missing = append(missing, filepath.Base(above))
	}
}

func (t *target) enter(missing []string) error {
	var path string
	for _, name := range missing {
		path = filepath.ToSlash(filepath.Join(path, name))
		err := t.base.mkdir(path)
		switch {
		case err == nil:
			t.made = append(t.made, path)
			t.bare = true
		case errors.Is(err, fs.ErrExist):
			t.bare = false
		default:
			return err
		}
	}
	if path != "" {
		below, err := t.base.below(path)
		if err != nil {
			return err
		}
		t.disk = below
	}
	held, err := t.lock()
	if err != nil {
		return err
	}
	if held == nil {
		// The directory has another user now, so it has to stay.
		t.made = nil
		return coded.New(coded.ErrCodeConflict, "another run is writing there; wait for it to end")
	}
	t.held = held
	return nil
}

// leave closes the directory. Where the run failed it also removes what it made
// of the way there, and returns what went wrong with that.
func (t *target) leave(failure error) error {
	var problem error
	if failure != nil {
		base := t.base.steady()
		for _, dir := range slices.Backward(t.made) {
			if err := base.remove(dir); err != nil {
				problem = coded.In(err, "remove the directory %q that was made", dir)
				break
			}
		}
	}
	if t.held != nil {
		_ = t.held.Close() // only its lock mattered
	}
	if t.disk != t.base {
		_ = t.root.Close()
	}
	_ = t.base.root.Close()
	return problem
}
