package bundle

import (
	"context"
	"io"
	"maps"
	"slices"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// addDataFiles adds the files that the caller put into the directory to the set, as they are there.
func (s *survey) addDataFiles(ctx context.Context) error {
	var problems []error
	if len(s.options.DataFiles) > 0 {
		s.files = &Files{list: slices.Clone(s.files.list), index: maps.Clone(s.files.index), size: s.files.size}
	}
	for _, path := range slices.Compact(slices.Sorted(slices.Values(s.options.DataFiles))) {
		file, err := s.dataFile(ctx, path)
		if err == nil {
			err = s.files.AddFile(file)
		}
		problems = append(problems, errors.In(err, "data file %q", path))
	}
	if _, ok := s.files.Lookup(ChecksumsFile); ok {
		problems = append(problems, errors.Invalid("file %q is written by Write itself; leave it out", ChecksumsFile))
	}
	return errors.Join(problems...)
}

func (s *survey) dataFile(ctx context.Context, path string) (File, error) {
	if err := CheckPath(path); err != nil {
		return File{}, err
	}
	at, err := s.file(path)
	switch {
	case err != nil:
		return File{}, err
	case at.blocked != nil:
		return File{}, errors.Invalid("%s: %s; name a regular file", at.blocked.path, at.blocked.why)
	case at.missing != "":
		return File{}, errors.New(errors.ErrCodeNotFound, "is not in the directory; put it there first")
	}
	sum, size, err := s.sum(ctx, path)
	return File{Path: path, Open: func() (io.ReadCloser, error) { return s.fsys.Open(path) }, Size: size, SHA256: sum}, err
}
