package bundle

import (
	"cmp"
	"io/fs"
	"os"
	"slices"
)

// removals plans to remove what the earlier run listed and this one has no more.
func (s *survey) removals(data Checksums) error {
	gone := make([]string, 0, len(s.old))
	for path := range s.old {
		if _, stays := s.files.Get(path); !stays && (path != ChecksumsFile || !s.options.Checksums) {
			gone = append(gone, path)
		}
	}
	slices.Sort(gone)
	for _, path := range gone {
		if _, stays := slices.BinarySearchFunc(data, path, func(c Checksum, p string) int { return cmp.Compare(c.Path, p) }); stays {
			continue
		}
		if err := s.removal(path); err != nil {
			return err
		}
	}
	// Children sort behind their directory, and have to go before it.
	slices.SortFunc(s.rmdirs, func(a, b emptied) int { return cmp.Compare(b.path, a.path) })
	return nil
}

func (s *survey) removal(path string) error {
	at, err := s.walker.file(path)
	if err != nil {
		return err
	}
	if at.blocked != nil {
		s.blocked(at.blocked)
		return nil
	}
	if at.info == nil {
		return nil
	}
	if clash, err := s.renamedInCase(path, at.info); err != nil || clash {
		return err
	}
	free, err := s.givesWay(path)
	if err != nil || !free {
		return err
	}
	s.asides = append(s.asides, aside{path, at.info})
	s.removed = append(s.removed, path)
	return s.empties(parent(path))
}

// empties plans to remove the directories that a removal may leave empty.
func (s *survey) empties(dir string) error {
	for ; dir != "." && !s.needed[dir]; dir = parent(dir) {
		at, err := s.dir(dir)
		if err != nil {
			return err
		}
		s.rmdirs = append(s.rmdirs, emptied{dir, at.info.Mode().Perm()})
		// From here on it is known, and so are those above it.
		s.needed[dir] = true
	}
	return nil
}

// renamedInCase finds that a file to be removed is, on a case-insensitive file
// system, a new one by another spelling.
func (s *survey) renamedInCase(path string, info fs.FileInfo) (bool, error) {
	slot, ok := s.files.index[fold(path)]
	if !ok || slot.file == directory {
		return false, nil
	}
	at, err := s.walker.file(slot.path)
	if err != nil || at.info == nil || !os.SameFile(info, at.info) {
		return false, err
	}
	s.blocked(&obstacle{path, "is the same file as the new " + slot.path + "; rename it"})
	return true, nil
}
