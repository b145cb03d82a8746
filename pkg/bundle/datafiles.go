package bundle

import (
	"slices"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// dataFiles hashes the files that the caller put into the directory.
func (s *survey) dataFiles() (Checksums, error) {
	var (
		sums     Checksums
		problems []error
	)
	for _, path := range slices.Compact(slices.Sorted(slices.Values(s.options.DataFiles))) {
		at, err := s.walker.file(path)
		switch {
		case err != nil:
		case at.blocked != nil:
			err = errors.Invalid("%s: %s; name a regular file", at.blocked.path, at.blocked.why)
		case at.info == nil:
			err = errors.New(errors.ErrCodeNotFound, "is not in the directory; put it there first")
		default:
			s.size += at.info.Size()
			var sum string
			if sum, err = s.disk.sum(path); err == nil {
				sums = append(sums, Checksum{Path: path, SHA256: sum})
				err = s.need(parent(path))
			}
		}
		problems = append(problems, errors.In(err, "data file %q", path))
	}
	return sums, errors.Join(problems...)
}
