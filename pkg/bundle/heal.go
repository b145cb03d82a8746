package bundle

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// heal puts back what a run that was killed left half done. The caller holds the
// lock, so that the stage is not a live run's.
func heal(d *disk) error {
	info, err := d.lstat(stageDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return coded.New(coded.ErrCodeConflict, "%s: %s stands where a write stages its files; remove it", stageDir, kind(info))
	}
	names, err := d.names(stageDir)
	if err != nil {
		return err
	}
	if !slices.Contains(names, "done") {
		if err := healJournal(d, names); err != nil {
			return err
		}
	}
	return clearStage(d)
}

func healJournal(d *disk, names []string) error {
	p, err := readJournal(d)
	if err != nil {
		return err
	}
	if p != nil {
		return undo(d, p)
	}
	// A commit begins with a whole journal: without one nothing was moved, or
	// somebody tampered with the stage.
	if i := slices.IndexFunc(names, func(name string) bool { return strings.HasPrefix(name, "o") }); i >= 0 {
		return coded.New(coded.ErrCodeConflict,
			"%s holds files of a run that was killed, and no journal that tells where they belong; move them back and remove it", stageDir)
	}
	return nil
}

// readJournal returns the plan of the journal, or nil where there is none that is
// whole.
func readJournal(d *disk) (*plan, error) {
	at, err := newWalker(d).file(journalFile)
	if err != nil || at.info == nil || at.blocked != nil {
		return nil, err
	}
	data, ok, err := d.read(journalFile, 2*maxList)
	if err != nil || !ok {
		return nil, err
	}
	p, err := parseJournal(data)
	if err != nil {
		return nil, nil
	}
	return p, nil
}

// undo takes a commit back, however far it came: it goes by what is on disk. It
// goes on after an error and reports all. A file that was edited meanwhile stays.
func undo(d *disk, p *plan) error {
	var problems []error
	report := func(path string, err error) {
		problems = append(problems, coded.In(err, "%q", path))
	}
	w := newWalker(d)
	for i, n := range slices.Backward(p.puts) {
		report(n.path, takeBack(w, n, newName(i)))
	}
	for _, dir := range slices.Backward(p.mkdirs) {
		report(dir, dropDir(w, dir))
	}
	w = newWalker(d)
	for _, r := range slices.Backward(p.rmdirs) {
		report(r.path, remakeDir(w, r))
	}
	w = newWalker(d)
	for i, a := range slices.Backward(p.asides) {
		report(a.path, putBack(w, a.path, oldName(i)))
	}
	if err := coded.Join(problems...); err != nil {
		return err
	}
	// Nothing is left to undo, whatever becomes of the stage from here on.
	if err := d.rename(journalFile, doneFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// takeBack removes a new file if the commit had put it in place.
func takeBack(w *walker, n put, staged string) error {
	if _, err := w.disk.lstat(staged); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	at, err := w.file(n.path)
	if err != nil || at.info == nil || at.blocked != nil {
		return err
	}
	sum, err := w.disk.sum(n.path)
	if err != nil || sum != n.sum {
		return err
	}
	return w.disk.remove(n.path)
}

// dropDir removes a directory that the commit made, unless something is in it.
func dropDir(w *walker, dir string) error {
	at, err := w.dir(dir)
	if err != nil || at.info == nil || at.blocked != nil {
		return err
	}
	if err := w.disk.remove(dir); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// remakeDir makes a directory again that the commit had found empty.
func remakeDir(w *walker, r emptied) error {
	at, err := w.dir(r.path)
	if err != nil || at.info != nil || at.blocked != nil {
		return err
	}
	// So that the walk finds it when it comes to the directories below.
	delete(w.dirs, r.path)
	if err := w.disk.mkdir(r.path); err != nil {
		return err
	}
	return w.disk.chmod(r.path, r.mode)
}

// putBack moves an earlier file back to its place, if the commit had put it aside.
func putBack(w *walker, path, backup string) error {
	saved, err := w.file(backup)
	if err != nil || saved.info == nil {
		return err
	}
	at, err := w.file(path)
	if err != nil {
		return err
	}
	if at.info != nil || at.blocked != nil || saved.blocked != nil {
		return coded.New(coded.ErrCodeConflict, "the earlier file is %s, and something else stands in its place; move one of them away", backup)
	}
	return w.disk.rename(backup, path)
}
