package aicr

import (
	"bufio"
	stderrors "errors"
	"os"
	"path/filepath"
	"regexp"
	"syscall"

	"github.com/aicr-flux/aicr/internal/tempdir"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// checkFiles finds what would keep the files of ImageRefs and Sync from being written, before there
// is anything that they lead to.
func (p *Publish) checkFiles() error {
	var problems []error
	for _, f := range []struct{ field, path string }{{"`ImageRefs`", p.ImageRefs}, {"`Sync`", p.Sync.File}} {
		if f.path == "" {
			continue
		}
		if f.path == "-" {
			problems = append(problems, errors.Invalid("%s - is not a file; name one, such as /dev/stdout for standard output", f.field))
			continue
		}
		dir := filepath.Dir(f.path)
		switch info, err := os.Stat(dir); {
		case err != nil:
			problems = append(problems, errors.New(errors.ErrCodeNotFound, "%s %s: there is no directory %s; make it first", f.field, f.path, dir))
		case !info.IsDir():
			problems = append(problems, errors.Invalid("%s %s: %s is not a directory; choose another file", f.field, f.path, dir))
		}
		if info, err := os.Stat(f.path); err == nil && info.IsDir() {
			problems = append(problems, errors.Invalid("%s %s is a directory; name a file", f.field, f.path))
		}
	}
	if p.ImageRefs != "" && !hasImageRefs(p.ImageRefs) {
		problems = append(problems, errors.New(errors.ErrCodeConflict, "`ImageRefs` %s exists, and holds something else than references, which would be lost; choose another file, or remove it", p.ImageRefs))
	}
	if p.Sync.File != "" && p.Sync.File == p.ImageRefs {
		problems = append(problems, errors.Invalid("`ImageRefs` and `Sync` both name %s; choose another file for one of them", p.Sync.File))
	}
	return errors.Join(problems...)
}

// imageRef is a line of a file of ImageRefs.
var imageRef = regexp.MustCompile(`^[^\s@]+@sha256:[0-9a-f]{64}$`)

// hasImageRefs reports whether the file may be written to: it holds nothing but references, or there
// is nothing that could be lost.
func hasImageRefs(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return true
	}
	f, err := os.Open(path)
	if err != nil {
		return true // writing says what is wrong
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if !imageRef.MatchString(lines.Text()) {
			return false
		}
	}
	return lines.Err() == nil
}

// writeFile writes a file that somebody else may be reading: whole or not at all. What is not a
// regular file, such as /dev/stdout, is written to.
func writeFile(path string, data []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	write := tempdir.WriteFile
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		write = writeThrough
	}
	if err := write(path, data, 0o644); err != nil {
		return errors.Wrap(errors.ErrCodeInternal, stderrors.New(errors.Reason(err)), "file %s", path)
	}
	return nil
}

// writeThrough writes to something that is there. A pipe that nobody reads is an error, where it would
// be waited for otherwise.
func writeThrough(path string, data []byte, _ os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return stderrors.Join(err, f.Close())
}

// openBundle opens the directory of a bundle, which nothing can lead out of.
func openBundle(dir string) (*os.Root, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, errors.Invalid("bundle %s is not a directory; name the directory of a bundle", dir)
	}
	root, err := os.OpenRoot(dir)
	if err := checkPath(dir); err != nil {
		return nil, errors.In(err, "bundle %s", dir)
	}
	if os.IsNotExist(err) {
		return nil, errors.New(errors.ErrCodeNotFound, "bundle %s does not exist; check the path", dir)
	}
	if err != nil {
		return nil, errors.Invalid("bundle %s cannot be read: %s; check the path and its permissions", dir, errors.Reason(err))
	}
	return root, nil
}
