package bundle

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Changes are what a write changes in a directory: relative paths, sorted.
type Changes struct {
	// Added were not there, and Changed had other content.
	Added, Changed []string
	// Removed are files of an earlier bundle that go.
	Removed []string
	// Kept are editable files that were edited, and stay so.
	Kept []string
	// Carried is the new content of those among Kept whose edits are carried over into another form.
	// They are among Changed, too.
	Carried map[string][]byte
}

// Compare says what Write with the same arguments would do, and fails as it would; but nothing is
// written, not even a directory is made.
func Compare(ctx context.Context, dir string, files *Files, o WriteOptions) (_ *Changes, err error) {
	defer func() { err = explain(err, dir) }()
	abs, err := absolute(dir)
	if err != nil {
		return nil, err
	}
	away, err := absent(abs)
	if err != nil {
		return nil, err
	}
	fsys := (&Files{}).FS() // that of a directory that is not there
	if len(away) == 0 {
		if err := idle(abs); err != nil {
			return nil, err
		}
		root, err := os.OpenRoot(abs)
		if err != nil {
			return nil, err
		}
		defer root.Close()
		fsys = root.FS()
	} else {
		abs = filepath.Dir(away[len(away)-1])
	}
	s := newSurvey(fsys, files, o)
	if err := s.heal(ctx); err != nil {
		return nil, err
	}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	changes := s.report()
	return &changes, s.writable(abs, len(away) > 0)
}

// idle finds a run that is writing to the directory. The lock is not kept: looking must be in the
// way of nobody.
func idle(dir string) error {
	lock := lockOf(dir)
	defer lock.Close()
	if locked, err := lock.TryRLock(); err == nil && !locked {
		return busy()
	}
	return nil
}

// writable finds out whether the system lets us carry out the changes. Where the directory is not
// there, at is the one in which it is made.
func (s *survey) writable(at string, away bool) error {
	if len(s.changes) == 0 && !s.healing && !away {
		return nil
	}
	dirs := map[string]bool{".": true}
	for _, c := range s.changes {
		switch {
		case away:
		case c.old != nil:
			dirs[parent(c.path)] = true
		default:
			dirs[parent(c.unit)] = true
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		dir = filepath.Join(at, filepath.FromSlash(dir))
		if err := mayWrite(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &fs.PathError{Op: "write", Path: dir, Err: err}
		}
	}
	return nil
}

// report says what the survey found.
func (s *survey) report() Changes {
	found := Changes{Kept: s.kept, Carried: s.carried}
	for _, c := range s.changes {
		switch {
		case c.new == nil:
			found.Removed = append(found.Removed, c.path)
		case c.old == nil:
			found.Added = append(found.Added, c.path)
		default:
			found.Changed = append(found.Changed, c.path)
		}
	}
	for _, list := range [][]string{found.Added, found.Changed, found.Removed} {
		slices.Sort(list) // checksums.txt comes last so far
	}
	return found
}
