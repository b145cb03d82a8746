package bundle

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"

	"github.com/aicr-flux/aicr/internal/ctxio"
	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// The stage lies inside the directory that is written, so that a rename moves a file in or out. Its
// name is fixed so that a later run finds it.
const (
	// StageDir is where a run prepares what it writes; one that was killed leaves it.
	StageDir = ".aicr-stage"
	newDir   = StageDir + "/new" // the new files, each under its path
	oldDir   = StageDir + "/old" // the earlier files, while a commit runs
	// journalFile lists what this run and those before it wrote, see known.
	journalFile = StageDir + "/journal"
	nextJournal = StageDir + "/journal.next"
	// ignoreFile keeps git add and git clean from the stage of a killed run.
	ignoreFile = StageDir + "/.gitignore"
)

// carryOut does what the survey found, or leaves the directory as it was.
func (d *disk) carryOut(ctx context.Context, s *survey) error {
	c := commit{disk: d}
	err := d.stage(ctx, s)
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
	return coded.Join(err, d.removeAll(StageDir))
}

// stage writes the new files and the journal, which touches no file of the directory itself.
func (d *disk) stage(ctx context.Context, s *survey) error {
	if err := d.removeAll(newDir, nextJournal); err != nil {
		return err
	}
	if err := d.MkdirAll(newDir, 0o755); err != nil {
		return err
	}
	if err := create(d, ignoreFile, strings.NewReader("*\n")); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := create(d, nextJournal, bytes.NewReader(s.journal())); err != nil {
		return err
	}
	if err := d.Rename(nextJournal, journalFile); err != nil {
		return err
	}
	opened, err := d.OpenRoot(newDir)
	if err != nil {
		return err
	}
	defer opened.Close()
	fresh := d.wrap(opened)
	for _, c := range s.changes {
		if c.new == nil {
			continue
		}
		if err := stageFile(ctx, fresh, *c.new); err != nil {
			return coded.In(err, "file %q", c.path)
		}
	}
	return nil
}

func stageFile(ctx context.Context, fresh root, file File) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := fresh.MkdirAll(parent(file.Path), 0o755); err != nil {
		return err
	}
	content, err := file.Reader()
	if err != nil {
		return err
	}
	defer content.Close()
	var r io.Reader = content
	if file.Open != nil {
		r = ctxio.Reader(ctx, content)
	}
	return create(fresh, file.Path, r)
}
