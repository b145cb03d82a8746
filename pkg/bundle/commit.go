package bundle

import (
	"context"
	"errors"
	"io/fs"
	"slices"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// commit changes the directory by renames only, so that the same renames backwards undo it.
type commit struct {
	*disk
	done []move
}

type move struct{ from, to string }

func (c *commit) run(ctx context.Context, changes []change) error {
	placed := map[string]bool{}
	for _, change := range changes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if change.old != nil {
			if err := c.putAside(change); err != nil {
				return coded.In(err, "file %q", change.path)
			}
		}
		if change.new == nil || placed[change.unit] {
			continue
		}
		placed[change.unit] = true
		if _, err := c.Lstat(change.unit); !errors.Is(err, fs.ErrNotExist) {
			return changed(change.unit, err)
		}
		if err := c.move(newDir+"/"+change.unit, change.unit); err != nil {
			return coded.In(err, "file %q", change.path)
		}
	}
	return nil
}

// putAside moves an earlier file away, and makes sure that it is still the one that the survey saw:
// an edit made since then must not be lost.
func (c *commit) putAside(change change) error {
	to := oldDir + "/" + change.path
	if err := c.MkdirAll(parent(to), 0o755); err != nil {
		return err
	}
	if err := c.move(change.path, to); err != nil {
		return err
	}
	now, err := c.Lstat(to)
	if err == nil && (now.Size() != change.old.Size() || !now.ModTime().Equal(change.old.ModTime())) {
		return changed(change.path, nil)
	}
	return err
}

func changed(path string, err error) error {
	if err != nil {
		return err
	}
	return coded.New(coded.ErrCodeConflict, "%q was changed by another program meanwhile; run again", path)
}

func (c *commit) move(from, to string) error {
	err := c.Rename(from, to)
	if err == nil {
		c.done = append(c.done, move{from, to})
	}
	return err
}

// undo goes on after an error, and reports all.
func (c *commit) undo() error {
	var problems []error
	for _, m := range slices.Backward(c.done) {
		problems = append(problems, c.Rename(m.to, m.from))
	}
	return coded.Join(problems...)
}

// finish drops the stage, the earlier files first: what is left of it after a kill must not bring
// back one that the journal no longer knows.
func (d *disk) finish(s *survey) error {
	slices.Sort(s.emptied)
	for _, dir := range slices.Backward(slices.Compact(s.emptied)) {
		_ = d.Remove(dir) // one with something in it stays
	}
	return coded.In(d.removeAll(oldDir, StageDir), "everything is written; remove the directory %s, which is left over", StageDir)
}
