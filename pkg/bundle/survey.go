package bundle

import (
	"bytes"
	"cmp"
	"context"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// survey compares the new files with a directory, changing nothing. It yields what a commit has to
// do, and all conflicts at once.
type survey struct {
	tree
	files     *Files
	options   WriteOptions
	conflicts conflicts
	// known are the checksums of what earlier runs wrote, by path: whatever has one of them is not
	// an edit. There can be several after a run that was killed.
	known map[string][]string
	// listed are the checksums in the checksums.txt of the last run.
	listed  map[string]string
	needed  map[string]bool // the files of the new bundle and their directories
	healing bool            // a run was killed here
	back    []string        // files that it put aside, and that go back

	changes []change
	emptied []string // directories that go if nothing is left in them
	kept    []string
	carried map[string][]byte
	size    int64
}

// change is one file that a commit puts in place, replaces or removes.
type change struct {
	path string
	old  fs.FileInfo // as the survey saw it; nil for a new file
	new  *File       // nil where it goes
	sum  string      // of the new content
	// unit is what is moved into place: the file, or the topmost directory above it that is not
	// there yet.
	unit string
}

func newSurvey(fsys fs.FS, files *Files, o WriteOptions) *survey {
	if files == nil {
		files = &Files{}
	}
	return &survey{
		tree: newTree(fsys), conflicts: conflicts{}, files: files, options: o,
		known: map[string][]string{}, needed: map[string]bool{".": true},
	}
}

// run surveys everything; the error is one of the disk or of the request, or names all conflicts.
func (s *survey) run(ctx context.Context) error {
	if err := s.readList(); err != nil {
		return err
	}
	if err := s.addDataFiles(ctx); err != nil {
		return err
	}
	sums := make(Checksums, 0, s.files.Len())
	for file := range s.files.All() {
		sum := file.sum()
		sums = append(sums, file.checksum(sum))
		if err := s.put(ctx, file, sum); err != nil {
			return err
		}
	}
	if s.options.Checksums {
		s.need(ChecksumsFile)
	}
	for _, path := range slices.Sorted(maps.Keys(s.known)) {
		if !s.needed[path] {
			if err := s.remove(ctx, path); err != nil {
				return err
			}
		}
	}
	if s.options.Checksums {
		// It goes last: until then the earlier list says what is the bundle's.
		list := sums.Bytes()
		if err := s.put(ctx, File{Path: ChecksumsFile, Data: list}, sumOf(list)); err != nil {
			return err
		}
	}
	return s.conflicts.err()
}

// readList reads the earlier list. One that does not list the owner is somebody else's, such as a
// release's, and so is one that is neither in our form nor that of another program's bundle. Then it
// is a file like any other: deleting what it lists would be a disaster.
func (s *survey) readList() error {
	list, data, err := s.list(s.options.Owner)
	if errors.CodeOf(err) == errors.ErrCodeInvalidRequest {
		return nil
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(list.Bytes(), data) && !list.has(s.options.Maker) {
		return nil
	}
	s.listed = make(map[string]string, len(list))
	for _, sum := range list {
		s.listed[sum.Path] = sum.SHA256
		s.know(sum.Path, sum.SHA256)
	}
	// The list is owned too, though it cannot list itself.
	s.know(ChecksumsFile, sumOf(data))
	return nil
}

func (s *survey) know(path, sum string) {
	if !slices.Contains(s.known[path], sum) {
		s.known[path] = append(s.known[path], sum)
	}
}

// put decides about one new file, whose content has the SHA-256 sum.
func (s *survey) put(ctx context.Context, file File, sum string) error {
	s.need(file.Path)
	at, err := s.file(file.Path)
	if err != nil {
		return err
	}
	if at.blocked != nil {
		s.conflicts[*at.blocked] = false
		return nil
	}
	put := change{path: file.Path, old: at.info, new: &file, sum: sum, unit: cmp.Or(at.missing, file.Path)}
	if at.missing == "" {
		found, size, err := s.sum(ctx, file.Path)
		switch known := slices.Contains(s.known[file.Path], found); {
		case err != nil:
			return err
		case found == sum:
			s.size += size
			return nil
		case !known && file.Editable && s.listed[file.Path] == sum:
			// What was generated is what it was, so the edit loses nothing.
			s.kept = append(s.kept, file.Path)
			s.size += size
			return nil
		case !known && s.carry(ctx, &put):
		case !known && file.Editable && s.known[file.Path] != nil && !s.options.Force:
			s.conflicts[obstacle{file.Path, outdated}] = true
		case !known:
			s.conflict(file.Path)
		}
	}
	s.changes = append(s.changes, put)
	s.size += put.new.Len()
	return nil
}

// maxCarried is more than any object of Kubernetes has.
const maxCarried = 2 << 20

// carry puts the edits of a file that was generated in another form into its new form. The journal
// has the generated content all the same: what a person has edited is never one that a run may replace.
func (s *survey) carry(ctx context.Context, put *change) bool {
	for _, former := range put.new.Former {
		if s.listed[put.path] != former.SHA256 || put.old.Size() > maxCarried || ctx.Err() != nil {
			continue
		}
		edited, err := fs.ReadFile(s.fsys, put.path)
		if err != nil {
			return false
		}
		if carried, ok := former.Carry(edited); ok {
			put.new = &File{Path: put.path, Data: carried, Editable: true}
			s.kept = append(s.kept, put.path)
			if s.carried == nil {
				s.carried = map[string][]byte{}
			}
			s.carried[put.path] = carried
			return true
		}
	}
	return false
}

// remove decides about a file that earlier runs wrote and this one has no more.
func (s *survey) remove(ctx context.Context, path string) error {
	at, err := s.file(path)
	if err != nil {
		return err
	}
	if at.blocked == nil && at.missing == "" {
		at.blocked, err = s.renamedInCase(path, at.info)
	}
	switch {
	case err != nil:
		return err
	case at.blocked != nil:
		s.conflicts[*at.blocked] = false
		return nil
	case at.missing == "":
		known, err := s.holdsKnown(ctx, path, path)
		if err != nil {
			return err
		}
		if !known {
			s.conflict(path)
		}
		s.changes = append(s.changes, change{path: path, old: at.info})
	}
	for dir := parent(path); dir != "."; dir = parent(dir) {
		s.emptied = append(s.emptied, dir)
	}
	return nil
}

// conflict notes a file that no run wrote as it is, unless Force overwrites it.
func (s *survey) conflict(path string) {
	switch {
	case s.options.Force:
	case s.known[path] == nil:
		s.conflicts[obstacle{path, foreign}] = true
	default:
		s.conflicts[obstacle{path, edited}] = true
	}
}

// renamedInCase finds that a file to be removed is, on a case-insensitive file system, a new one by
// another spelling.
func (s *survey) renamedInCase(path string, info fs.FileInfo) (*obstacle, error) {
	slot, ok := s.files.index[fold(path)]
	if !ok || slot.file == directory {
		return nil, nil
	}
	at, err := s.file(slot.path)
	if err != nil || at.info == nil || !os.SameFile(info, at.info) {
		return nil, err
	}
	return &obstacle{path, "is the same file as the new " + slot.path + "; rename it"}, nil
}

// need notes that a file of the new bundle, and so its directories, must be there.
func (s *survey) need(path string) {
	for ; !s.needed[path]; path = parent(path) {
		s.needed[path] = true
	}
}
