// Package component finds what a recipe refers to: the files of its components in the data roots,
// and the facts about components in the registry.
//
// It stands between the recipe and pkg/aicr: it says where data lives, and knows nothing of Flux
// or of what the data is for.
package component

import (
	stderrors "errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// Root is a directory of component data. Name is how messages call it.
type Root struct {
	Name string
	FS   fs.FS
}

// Roots are data roots, the strongest first.
type Roots []Root

// OpenRoot opens the directory as a root that nothing, no symbolic link either, can lead out of.
// The caller closes it.
func OpenRoot(dir string) (Root, io.Closer, error) {
	info, err := os.Stat(dir)
	switch {
	case stderrors.Is(err, fs.ErrNotExist):
		return Root{}, nil, errors.New(errors.ErrCodeNotFound, "data directory %s does not exist; check the path", dir)
	case err == nil && !info.IsDir():
		return Root{}, nil, errors.Invalid("data directory %s is not a directory; name the directory that holds the file", dir)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Root{}, nil, errors.Invalid("data directory %s cannot be opened: %s; check the path and its permissions", dir, errors.Reason(err))
	}
	return Root{Name: dir, FS: root.FS()}, root, nil
}

// Read returns the file at the slash-separated relative path in the strongest root that has it, and
// that root. Only regular files inside the root are read; a path that leads out, through ".." or a
// symbolic link, is an invalid request. A file that no root has is ErrCodeNotFound and names the
// roots.
func (r Roots) Read(name string) ([]byte, Root, error) {
	clean, err := cleanPath(name)
	if err != nil {
		return nil, Root{}, err
	}
	for _, root := range r {
		data, err := root.read(clean)
		switch {
		case err == nil:
			return data, root, nil
		case !missing(err):
			return nil, Root{}, err
		}
	}
	return nil, Root{}, errors.New(errors.ErrCodeNotFound, "%s", r.lack(fmt.Sprintf("%q", name)))
}

// lack says that a file is in none of the roots.
func (r Roots) lack(file string) string {
	if len(r) == 0 {
		return file + " is " + r.Without() + "; name the data that have it with `Data`"
	}
	return file + " is " + r.Without() + "; add it there, or name the data that have it with `Data`"
}

// Without says where a file is that no root has, after "is".
func (r Roots) Without() string {
	if len(r) == 0 {
		return "nowhere: no data are named, and a recipe that is not a file has no directory of its own"
	}
	names := make([]string, len(r))
	for i, root := range r {
		names[i] = root.Name
	}
	return "not in the data: " + strings.Join(names, ", ")
}

func cleanPath(name string) (string, error) {
	clean := path.Clean(name)
	switch {
	case name == "":
		return "", errors.Invalid("the path is empty")
	case path.IsAbs(name) || strings.HasPrefix(name, `\`):
		return "", errors.Invalid("%q is an absolute path; name a file relative to a data root", name)
	case slices.Contains(strings.Split(name, "/"), ".."):
		return "", errors.Invalid("%q leads out of the data root; remove the \"..\"", name)
	case slices.Contains(strings.Split(name, "/"), ".git"):
		return "", errors.Invalid("%q is git's own, which may hold credentials; name a file of the data", name)
	case !fs.ValidPath(clean) || strings.ContainsAny(name, "\\\x00") || clean == ".":
		return "", errors.Invalid("%q is not the path of a file", name)
	}
	return clean, nil
}

// read returns the file's bytes; a missing file is reported as the file system does.
func (r Root) read(clean string) ([]byte, error) {
	info, err := fs.Stat(r.FS, clean)
	switch {
	case missing(err):
		return nil, err
	case err != nil:
		return nil, errors.Invalid("%q cannot be read in data root %s: %s; only files inside the root are read", clean, r.Name, errors.Reason(err))
	case !info.Mode().IsRegular():
		return nil, errors.Invalid("%q in data root %s is not a regular file", clean, r.Name)
	case info.Size() > config.MaxDataFile:
		return nil, errors.Invalid("%q in data root %s is larger than %d MiB, which a data file may have; split it or take out what is not needed", clean, r.Name, config.MaxDataFile>>20)
	}
	data, err := fs.ReadFile(r.FS, clean)
	if err != nil && !missing(err) {
		return nil, errors.Invalid("%q cannot be read in data root %s: %s", clean, r.Name, errors.Reason(err))
	}
	if yamldoc.Encrypted(data) {
		return nil, errors.Invalid("%q in data root %s is encrypted by SOPS, and only cipher text would reach the cluster; decrypt it first, and keep what is secret in a Secret of the cluster (`SecretValues`)", clean, r.Name)
	}
	return data, err
}

// missing also takes a path through a file for one that does not exist.
func missing(err error) bool {
	return stderrors.Is(err, fs.ErrNotExist) || stderrors.Is(err, syscall.ENOTDIR)
}
