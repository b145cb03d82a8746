package bundle

import (
	"context"
	"io/fs"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// heal takes up what a run that was killed has left. It does not undo that run: git checkout, git
// stash or git clean may have changed the files since. It learns from the journal what that run and
// those before it wrote, so that the survey takes none of it for an edit, and saves what only the
// stage still holds. The caller holds the lock, so that the stage is not a live run's.
func (s *survey) heal(ctx context.Context, d *disk) error {
	at, err := s.dir(oldDir)
	if err != nil || at.missing == StageDir {
		return err
	}
	if at.blocked != nil {
		return errors.New(errors.ErrCodeConflict, "%s: %s; remove it", at.blocked.path, at.blocked.why)
	}
	s.healing = true
	if err := s.readJournal(); err != nil {
		return err
	}
	if err := s.readList(); err != nil || at.missing != "" {
		return err
	}
	err = fs.WalkDir(s.fsys, oldDir, func(saved string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		return s.putBack(ctx, d, saved, strings.TrimPrefix(saved, oldDir+"/"))
	})
	s.tree = newTree(s.fsys) // directories may be there again
	return err
}

// putBack moves an earlier file back to its place. Where something else stands there by now, one
// that a run wrote can go, and one that somebody edited cannot.
func (s *survey) putBack(ctx context.Context, d *disk, saved, path string) error {
	if err := CheckPath(path); err != nil {
		return errors.In(err, "remove %s", saved)
	}
	at, err := s.file(path)
	if err != nil {
		return err
	}
	if at.missing == "" {
		known, err := s.holdsKnown(ctx, saved, path)
		if err != nil || known {
			return err
		}
		if at.blocked == nil {
			if known, err = s.holdsKnown(ctx, path, path); err != nil {
				return err
			}
		}
		if !known {
			return errors.New(errors.ErrCodeConflict, "file %q was put aside as %s, and something else stands in its place; move one of them away", path, saved)
		}
	}
	if err := d.MkdirAll(parent(path), 0o755); err != nil {
		return err
	}
	return d.Rename(saved, path)
}

// holdsKnown reports whether the content of the file is one that a run wrote at path.
func (s *survey) holdsKnown(ctx context.Context, file, path string) (bool, error) {
	sum, _, err := s.sum(ctx, file)
	return slices.Contains(s.known[path], sum), err
}

// journal is everything that a later run has to know should this one be killed.
func (s *survey) journal() []byte {
	var all Checksums
	for path, sums := range s.known {
		for _, sum := range sums {
			all = append(all, Checksum{Path: path, SHA256: sum})
		}
	}
	for _, c := range s.changes {
		if c.new != nil {
			all = append(all, Checksum{Path: c.path, SHA256: c.sum})
		}
	}
	return all.Bytes()
}

func (s *survey) readJournal() error {
	at, err := s.file(journalFile)
	if err != nil || at.info == nil || at.info.Size() > 2*maxList {
		return err
	}
	data, err := fs.ReadFile(s.fsys, journalFile)
	for line := range strings.Lines(string(data)) {
		sum, err := parseLine(line)
		if err != nil {
			break // it was cut off, and what is not known is taken for an edit
		}
		s.know(sum.Path, sum.SHA256)
	}
	return err
}
