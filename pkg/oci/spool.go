package oci

import (
	"io"
	"os"
	"path/filepath"

	"github.com/aicr-flux/aicr/internal/tempdir"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// spool is a temporary file that is written once and read often.
type spool struct {
	file *os.File
	temp *tempdir.Dir
	size int64
}

// newSpool makes a spool in dir; "" is the system's place.
func newSpool(dir string) (*spool, error) {
	temp, err := tempdir.Make(dir, "aicr-artifact")
	if err != nil {
		return nil, errors.In(err, "temporary file")
	}
	file, err := os.Create(filepath.Join(temp.Path, "artifact"))
	removed := temp.Remove() // where the system lets us, it has no name, so that not even a killed run leaves it behind
	if err != nil {
		return nil, errors.In(errors.Join(err, removed), "temporary file")
	}
	return &spool{file: file, temp: temp}, nil
}

func (s *spool) Write(p []byte) (int, error) {
	n, err := s.file.Write(p)
	s.size += int64(n)
	return n, errors.In(err, "temporary file")
}

// open returns a reader of all that was written. Readers do not disturb each other.
func (s *spool) open() io.Reader {
	return io.NewSectionReader(s.file, 0, s.size)
}

// reset forgets what was written.
func (s *spool) reset() error {
	s.size = 0
	_, err := s.file.Seek(0, io.SeekStart)
	return errors.In(errors.Join(err, s.file.Truncate(0)), "temporary file")
}

// Close drops all that was written.
func (s *spool) Close() error {
	return errors.In(errors.Join(s.file.Close(), s.temp.Remove()), "temporary file")
}
