package aicr

import (
	stderrors "errors"
	"io/fs"
	"os"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// checkDirectory refuses a directory to write to that is meant as something else.
func checkDirectory(dir string) error {
	if scheme, _, ok := strings.Cut(dir, "://"); ok {
		return errors.Invalid("output %q has the unknown scheme %q; name a directory, or oci://HOST/REPOSITORY", dir, scheme)
	}
	if dir == "-" {
		return errors.Invalid("output - is standard output, and what is written is a directory of files; name a directory")
	}
	return errors.In(checkPath(dir), "output %q", dir)
}

// checkPath refuses a path that is a reference without its scheme. What exists is meant, whatever it
// is called.
func checkPath(path string) error {
	ref, ok := oci.Unschemed(path)
	if _, err := os.Lstat(path); !ok || !stderrors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Invalid("it looks like an artifact in a registry; for that write %s, and for a directory ./%s", ref, path)
}
