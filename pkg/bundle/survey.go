package bundle

import (
	"bytes"
	"io/fs"
)

// maxList bounds a checksums.txt that is believed, in bytes; 20,000 files take 3 MB.
const maxList = 64 << 20

// survey compares the new files with a directory, changing nothing. It yields
// the plan of the commit and all conflicts at once.
type survey struct {
	walker
	conflicts
	plan

	files   *Files
	options WriteOptions
	old     map[string]Checksum // what the bundle owns by the earlier list
	needed  map[string]bool     // the directories of the new bundle
	removed []string
	kept    []string
	size    int64
}

func newSurvey(d *disk, bare bool, files *Files, o WriteOptions) *survey {
	s := &survey{walker: *newWalker(d), files: files, options: o, needed: map[string]bool{}}
	s.bare = bare
	return s
}

// run surveys everything; the error is one of the disk or of the request.
func (s *survey) run() error {
	if err := s.readOld(); err != nil {
		return err
	}
	sums := Sum(s.files)
	i := 0
	for file := range s.files.All() {
		sum := sums[i].SHA256
		if file.Listed != "" {
			sum = file.sum()
		}
		if err := s.file(file, sum); err != nil {
			return err
		}
		i++
	}
	data, err := s.dataFiles()
	if err != nil {
		return err
	}
	if s.options.Checksums {
		list := append(sums, data...).Bytes()
		if err := s.file(File{Path: ChecksumsFile, Data: list}, sumOf(list)); err != nil {
			return err
		}
	}
	return s.removals(data)
}

// readOld reads the earlier list. One that does not list the owner is somebody
// else's, such as a release's, and then it is a file like any other: deleting
// what it lists would be a disaster.
func (s *survey) readOld() error {
	at, err := s.walker.file(ChecksumsFile)
	if err != nil || at.info == nil || at.info.Size() > maxList {
		return err
	}
	data, ok, err := s.disk.read(ChecksumsFile, maxList)
	if err != nil || !ok {
		return err
	}
	list, err := ParseChecksums(data)
	if err != nil {
		return nil
	}
	old := make(map[string]Checksum, len(list)+1)
	for _, sum := range list {
		old[sum.Path] = sum
	}
	if _, ours := old[s.options.Owner]; ours {
		// The list is owned too, though it cannot list itself.
		old[ChecksumsFile] = Checksum{Path: ChecksumsFile, SHA256: sumOf(data)}
		s.old = old
	}
	return nil
}

// file decides about one new file, whose content has the SHA-256 sum.
func (s *survey) file(file File, sum string) error {
	at, err := s.walker.file(file.Path)
	if err != nil {
		return err
	}
	if at.blocked != nil {
		s.blocked(at.blocked)
		return nil
	}
	if err := s.need(parent(file.Path)); err != nil {
		return err
	}
	s.size += file.Len()
	if at.info == nil {
		s.puts = append(s.puts, put{file.Path, sum, file})
		return nil
	}
	if same, err := s.same(at.info, file); err != nil || same {
		return err
	}
	if listed, ok := s.old[file.Path]; ok && file.Editable && listed.SHA256 == sum {
		// What was generated is what it was, so the edit loses nothing.
		s.kept = append(s.kept, file.Path)
		s.size += at.info.Size() - file.Len()
		return nil
	}
	free, err := s.givesWay(file.Path)
	if err != nil || !free {
		return err
	}
	s.asides = append(s.asides, aside{file.Path, at.info})
	s.puts = append(s.puts, put{file.Path, sum, file})
	return nil
}

// givesWay reports whether the existing file at path may be put aside, and adds
// the conflict where it may not.
func (s *survey) givesWay(path string) (bool, error) {
	if s.options.Force {
		return true, nil
	}
	listed, ok := s.old[path]
	if !ok {
		s.overwritable(path, foreign)
		return false, nil
	}
	if path == ChecksumsFile {
		return true, nil
	}
	sum, err := s.disk.sum(path)
	if err == nil && sum != listed.SHA256 {
		s.overwritable(path, edited)
		return false, nil
	}
	return err == nil, err
}

// same reports whether the file on disk has the new content.
func (s *survey) same(info fs.FileInfo, file File) (bool, error) {
	if info.Size() != file.Len() {
		return false, nil
	}
	if file.Open != nil {
		sum, err := s.disk.sum(file.Path)
		return sum == file.SHA256, err
	}
	rest := file.Data
	equal := true
	err := s.disk.stream(file.Path, func(piece []byte) bool {
		equal = bytes.HasPrefix(rest, piece)
		rest = rest[min(len(piece), len(rest)):]
		return equal
	})
	return equal && len(rest) == 0, err
}

// need notes that dir must be there, and plans to make what is missing of it.
func (s *survey) need(dir string) error {
	if dir == "." || s.needed[dir] {
		return nil
	}
	if err := s.need(parent(dir)); err != nil {
		return err
	}
	s.needed[dir] = true
	at, err := s.dir(dir)
	if err == nil && at.info == nil && at.blocked == nil {
		s.mkdirs = append(s.mkdirs, dir)
	}
	return err
}
