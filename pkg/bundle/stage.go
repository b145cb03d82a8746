package bundle

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// The stage lies inside the directory that is written, so that a rename moves a
// file in or out. Its name is fixed so that a later run finds it.
const (
	stageDir = ".aicr-stage"
	newDir   = stageDir + "/new" // the new files, each under its path
	oldDir   = stageDir + "/old" // the earlier files, while a commit runs
	// journalFile lists what this run and those before it wrote, see known.
	journalFile = stageDir + "/journal"
	nextJournal = stageDir + "/journal.next"
	// ignoreFile keeps git add and git clean from the stage of a killed run.
	ignoreFile = stageDir + "/.gitignore"
)

// carryOut does what the survey found, or leaves the directory as it was.
func (d *disk) carryOut(ctx context.Context, s *survey) error {
	c := commit{disk: d}
	err := d.stage(ctx, s)
	if err == nil && s.options.Approve != nil {
		err = s.options.Approve()
	}
	if err == nil {
		err = c.run(ctx, s.changes)
	}
	if err == nil {
		return nil
	}
	if failed := c.undo(); failed != nil {
		return coded.Join(err, coded.In(failed, "what was changed could not all be put back; the next run puts it right"))
	}
	if s.healing {
		return coded.Join(err, d.removeAll(newDir, oldDir)) // what the killed run wrote must stay known
	}
	return coded.Join(err, d.removeAll(stageDir))
}

// stage writes the new files and the journal, which touches no file of the
// directory itself.
func (d *disk) stage(ctx context.Context, s *survey) error {
	if err := d.MkdirAll(stageDir, 0o755); err != nil {
		return err
	}
	if err := d.create(ignoreFile, strings.NewReader("*\n")); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := d.removeAll(newDir, nextJournal); err != nil {
		return err
	}
	if err := d.create(nextJournal, bytes.NewReader(s.journal())); err != nil {
		return err
	}
	if err := d.Rename(nextJournal, journalFile); err != nil {
		return err
	}
	made := map[string]bool{}
	for _, c := range s.changes {
		if c.new == nil {
			continue
		}
		if dir := parent(c.path); !made[dir] {
			if err := d.MkdirAll(path.Join(newDir, dir), 0o755); err != nil {
				return coded.In(err, "directory %q", dir)
			}
			made[dir] = true
		}
		if err := d.stageFile(ctx, *c.new); err != nil {
			return coded.In(err, "file %q", c.path)
		}
	}
	return nil
}

func (d *disk) stageFile(ctx context.Context, file File) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	content, err := file.Reader()
	if err != nil {
		return err
	}
	defer content.Close()
	var r io.Reader = content
	if file.Open != nil {
		r = reading{ctx, content}
	}
	return d.create(newDir+"/"+file.Path, r)
}

// commit changes the directory by renames only, so that the same renames
// backwards undo it.
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

// putAside moves an earlier file away, and makes sure that it is still the one
// that the survey saw: an edit made since then must not be lost.
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

// finish drops the stage, the earlier files first: what is left of it after a
// kill must not bring back one that the journal no longer knows.
func (d *disk) finish(s *survey) error {
	slices.Sort(s.emptied)
	for _, dir := range slices.Backward(slices.Compact(s.emptied)) {
		_ = d.Remove(dir) // one with something in it stays
	}
	return coded.In(d.removeAll(oldDir, stageDir), "everything is written; remove the directory %s, which is left over", stageDir)
}
