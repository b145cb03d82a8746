package oci

import (
	"bytes"
	"io"
	"os"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// spoolMemory is how much a spool keeps in memory before it takes a file.
const spoolMemory = 4 << 20

// spool keeps what is written once and read often, however large it is.
type spool struct {
	dir    string // for the file, "" for the system's place
	memory bytes.Buffer
	file   *os.File
	size   int64
}

func (s *spool) Write(p []byte) (int, error) {
	if s.file == nil && s.size+int64(len(p)) > spoolMemory {
		if err := s.moveToFile(); err != nil {
			return 0, err
		}
	}
	w := io.Writer(&s.memory)
	if s.file != nil {
		w = s.file
	}
	n, err := w.Write(p)
	s.size += int64(n)
	return n, errors.In(err, "temporary file")
}

func (s *spool) moveToFile() error {
	file, err := os.CreateTemp(s.dir, "aicr-artifact-*")
	if err != nil {
		return errors.In(err, "temporary file")
	}
	s.file = file
	// Where the system lets us, it has no name, so that not even a killed run leaves it behind.
	_ = os.Remove(file.Name())
	_, err = s.memory.WriteTo(file)
	s.memory = bytes.Buffer{}
	return errors.In(err, "temporary file %q", file.Name())
}

// open returns a reader of all that was written. Readers do not disturb each other.
func (s *spool) open() (io.ReadCloser, error) {
	if s.file == nil {
		return io.NopCloser(bytes.NewReader(s.memory.Bytes())), nil
	}
	return io.NopCloser(io.NewSectionReader(s.file, 0, s.size)), nil
}

// Close drops all that was written.
func (s *spool) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if removed := os.Remove(s.file.Name()); err == nil && !os.IsNotExist(removed) {
		err = removed
	}
	return errors.In(err, "temporary file")
}

// reset forgets what was written.
func (s *spool) reset() error {
	s.size = 0
	s.memory.Reset()
	if s.file == nil {
		return nil
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return errors.In(err, "temporary file")
	}
	return errors.In(s.file.Truncate(0), "temporary file")
}
