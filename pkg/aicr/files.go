package aicr

import (
	stderrors "errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// checkFiles finds what would keep the files of --image-refs and --sync from
// being written, before there is anything that they lead to.
func checkFiles(p config.Publish) error {
	var problems []error
	for _, f := range []struct{ flag, path string }{{"--image-refs", p.ImageRefs}, {"--sync", p.Sync}} {
		if f.path == "" {
			continue
		}
		dir := filepath.Dir(f.path)
		switch info, err := os.Stat(dir); {
		case err != nil:
			problems = append(problems, errors.New(errors.ErrCodeNotFound, "%s %s: there is no directory %s; make it first", f.flag, f.path, dir))
		case !info.IsDir():
			problems = append(problems, errors.Invalid("%s %s: %s is not a directory; choose another file", f.flag, f.path, dir))
		}
		if info, err := os.Stat(f.path); err == nil && info.IsDir() {
			problems = append(problems, errors.Invalid("%s %s is a directory; name a file", f.flag, f.path))
		}
	}
	if p.Sync != "" && p.Sync == p.ImageRefs {
		problems = append(problems, errors.Invalid("--image-refs and --sync both name %s; choose another file for one of them", p.Sync))
	}
	return errors.Join(problems...)
}

// writeFile writes a file that somebody else may be reading: whole or not at
// all. What is no regular file, such as /dev/stdout, is written to.
func writeFile(path string, data []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return unwritten(path, os.WriteFile(path, data, 0))
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".aicr-*")
	if err != nil {
		return unwritten(path, err)
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(data)
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(temp.Name(), 0o644) //nolint:gosec // it holds no secret and is meant to be read
	}
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	return unwritten(path, err)
}

func unwritten(path string, err error) error {
	if err == nil {
		return nil
	}
	return errors.Wrap(errors.ErrCodeInternal, stderrors.New(reason(err)), "file %s", path)
}

// reason is what the system says of a file, without the path again.
func reason(err error) string {
	if pathErr, ok := stderrors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}
