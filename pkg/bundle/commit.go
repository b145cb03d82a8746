package bundle

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// The stage is a directory inside the directory that is written, so that a
// rename moves a file in or out. It holds the new files as n0, n1, …, the earlier
// ones as o0, o1, … while a commit runs, and the journal; both numbers are
// positions in the plan. Its name is fixed so that a later run finds it.
const (
	stageDir    = ".aicr-stage"
	journalFile = stageDir + "/journal"
	// doneFile is the journal once nothing is left to undo.
	doneFile = stageDir + "/done"
)

func newName(i int) string { return stageDir + "/n" + strconv.Itoa(i) }
func oldName(i int) string { return stageDir + "/o" + strconv.Itoa(i) }

// carryOut does the plan, or leaves the directory as it was.
func carryOut(t *target, p *plan, approve func() error) error {
	d := t.disk
	if err := d.mkdir(stageDir); err != nil {
		return err
	}
	err := stage(d, p)
	if err == nil && approve != nil {
		err = approve()
	}
	if err == nil {
		if err = commit(d, p, t.bare); err == nil {
			t.made = nil
			return finish(d.steady())
		}
		if undone := undo(d.steady(), p); undone != nil {
			return coded.Join(err, coded.In(undone, "what was changed could not all be put back; the next run tries again"))
		}
	}
	if left := clearStage(d.steady()); left != nil {
		return coded.Join(err, coded.In(left, "remove the directory %s", stageDir))
	}
	return err
}

// stage writes the new files and the journal, which touches no file of the
// directory itself.
func stage(d *disk, p *plan) error {
	at, err := d.below(stageDir)
	if err != nil {
		return err
	}
	defer at.root.Close()
	for i, n := range p.puts {
		if err := at.create("n"+strconv.Itoa(i), n.file); err != nil {
			return coded.In(err, "file %q", n.path)
		}
	}
	return at.create("journal", File{Data: p.journal()})
}

// commit changes the directory by renames. That the journal is renamed at the
// end is the one moment before which all is undone, and after which all is done.
func commit(d *disk, p *plan, bare bool) error {
	for i, a := range p.asides {
		if err := putAside(d, a, oldName(i)); err != nil {
			return coded.In(err, "file %q", a.path)
		}
	}
	for _, r := range p.rmdirs {
		// ErrExist says that it is not empty: what is in it is not ours.
		if err := d.remove(r.path); err != nil && !errors.Is(err, fs.ErrExist) {
			return coded.In(err, "directory %q", r.path)
		}
	}
	made := map[string]bool{}
	for i, dir := range p.mkdirs {
		if err := d.mkdir(dir); err != nil {
			// What another program made meanwhile is not ours to undo.
			p.mkdirs = p.mkdirs[:i]
			return coded.In(err, "directory %q", dir)
		}
		made[dir] = true
	}
	for i, n := range p.puts {
		if !bare && !made[parent(n.path)] {
			if _, err := d.lstat(n.path); !errors.Is(err, fs.ErrNotExist) {
				return changed(n.path, err)
			}
		}
		if err := d.rename(newName(i), n.path); err != nil {
			return coded.In(err, "file %q", n.path)
		}
	}
	return d.rename(journalFile, doneFile)
}

// putAside moves an earlier file away, and makes sure that it is still the one
// that the survey saw: an edit made since then must not be lost.
func putAside(d *disk, a aside, to string) error {
	if err := d.rename(a.path, to); err != nil {
		return err
	}
	now, err := d.lstat(to)
	if err == nil && (now.Size() != a.info.Size() || !now.ModTime().Equal(a.info.ModTime())) {
		return changed(a.path, nil)
	}
	return err
}

func changed(path string, err error) error {
	if err != nil {
		return err
	}
	return coded.New(coded.ErrCodeConflict, "file %q was changed by another program meanwhile; run again", path)
}

// finish clears up after a commit. It tries twice, because there is no way back.
func finish(d *disk) error {
	err := clearStage(d)
	if err != nil {
		err = clearStage(d)
	}
	return coded.In(err, "everything is written, but the earlier files are still in %s; remove it", stageDir)
}

// clearStage drops a stage. The mark that all is done goes last, so that a kill
// in between leaves a stage that the next run drops too.
func clearStage(d *disk) error {
	names, err := d.names(stageDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		if name := stageDir + "/" + name; name != doneFile {
			if err := d.removeAll(name); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	if err := d.removeAll(doneFile); err != nil {
		return err
	}
	return d.remove(stageDir)
}
