package tempdir

import (
	"os"
	"path/filepath"
)

// WriteFile writes a file whole or not at all, by way of a temporary directory beside it. A file
// that is there keeps its permissions; perm is for a new one.
func WriteFile(name string, data []byte, perm os.FileMode) (err error) {
	dir, err := Make(filepath.Dir(name), ".aicr-new")
	if err != nil {
		return err
	}
	defer func() { _ = dir.Remove() }()
	next := filepath.Join(dir.Path, "file") // without an extension, so that nobody takes it for a manifest
	if err := os.WriteFile(next, data, perm); err != nil {
		return err
	}
	if there, err := os.Lstat(name); err == nil && there.Mode().IsRegular() {
		if err := os.Chmod(next, there.Mode().Perm()); err != nil {
			return err
		}
	}
	return os.Rename(next, name)
}
