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
// those before it wrote, so that the survey takes none of it for an edit, and finds the files that
// only the stage still holds: the survey sees them where they belong, and a write puts them back.
func (s *survey) heal(ctx context.Context) error {
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
	back := restored{s.fsys, map[string]bool{}}
	err = fs.WalkDir(s.fsys, oldDir, func(saved string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		return s.find(ctx, saved, strings.TrimPrefix(saved, oldDir+"/"), back)
	})
	s.tree = newTree(back)
	return err
}

// find decides about an earlier file that was put aside. Where something else stands in its place by
// now, one that a run wrote can go, and one that somebody edited cannot.
func (s *survey) find(ctx context.Context, saved, path string, back restored) error {
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
	s.back = append(s.back, path)
	back.show(path, at.missing)
	return nil
}

// putBack moves the files back that heal found.
func (d *disk) putBack(s *survey) error {
	for _, path := range s.back {
		if err := d.MkdirAll(parent(path), 0o755); err != nil {
			return err
		}
		if err := d.Rename(oldDir+"/"+path, path); err != nil {
			return err
		}
	}
	s.tree = newTree(d.FS())
	return nil
}

// restored shows files that were put aside in the place where they belong.
type restored struct {
	fs.FS
	aside map[string]bool // files, and the directories that went with them
}

// show shows the file, of which missing is the topmost path that is not there.
func (r restored) show(path, missing string) {
	r.aside[path] = true
	for dir := path; missing != "" && dir != missing; {
		dir = parent(dir)
		r.aside[dir] = true
	}
}

func (r restored) place(name string) string {
	if r.aside[name] {
		return oldDir + "/" + name
	}
	return name
}

func (r restored) Open(name string) (fs.File, error)      { return r.FS.Open(r.place(name)) }
func (r restored) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(r.FS, r.place(name)) }
func (r restored) ReadLink(name string) (string, error)   { return fs.ReadLink(r.FS, r.place(name)) }

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
