package bundle

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"syscall"

	coded "github.com/aicr-flux/aicr/pkg/errors"
)

// WriteOptions are the options of Write. With the zero value Write neither reads nor leaves a list
// of what the bundle owns: nothing is removed, and an existing file that would change is a
// conflict.
type WriteOptions struct {
	// Checksums writes checksums.txt.
	Checksums bool
	// DataFiles are the paths of files of the bundle that the caller has put into the directory.
	// They are listed in checksums.txt and never changed.
	DataFiles []string
	// Force overwrites edited files and files that are not the bundle's.
	Force bool
	// Owner is a path, such as "kustomization.yaml", that an earlier checksums.txt must list to be
	// believed. One that does not list it, or any where Owner is empty, is somebody else's: nothing
	// that it lists is removed.
	Owner string
	// Maker is a path, such as "bundle-info.yaml", by which bundles of another program are known:
	// an earlier checksums.txt in another form than ours must list it, too. Where Maker is empty,
	// such a list is somebody else's.
	Maker string
}

// Written says what Write did.
type Written struct {
	// Files are the absolute paths of all files of the bundle, those that did not change, data
	// files and checksums.txt included, sorted.
	Files []string
	// TotalSize is the size of these files in bytes.
	TotalSize int64
	Changes
}

// Write makes dir hold files, and makes dir itself if need be. It does all of it or, when it fails
// or ctx ends, nothing. What a run that was killed left half done, the next run puts right,
// whatever git checkout, stash or clean did in between. Nothing is synced to the disk, which would
// take longer than all the rest: after a power failure files can be empty, and count as edited.
//
// The checksums.txt of an earlier run, or of another program's bundle, says which files are the
// bundle's: one that the set no longer has is removed. A file that was edited since, or that is not
// the bundle's, is never lost: all of these are named by one ErrCodeConflict, and nothing is
// written; Force overwrites them. A symlink, a directory or anything else that is not a regular
// file is a conflict even then. An editable file that was edited stays while its generated content
// is what it was. Files that have their content already are not written again.
//
// A wrong set or option, a dir that is not a directory, and one that may not be written to are
// ErrCodeInvalidRequest, a missing data file is ErrCodeNotFound, a second run at the same time is
// ErrCodeConflict.
func Write(ctx context.Context, dir string, files *Files, o WriteOptions) (*Written, error) {
	return write(ctx, dir, files, o, func(r root) root { return r })
}

func write(ctx context.Context, dir string, files *Files, o WriteOptions, wrap func(root) root) (_ *Written, err error) {
	d := &disk{wrap: wrap}
	defer func() {
		d.leave(err)
		err = explain(err, dir)
	}()
	abs, err := absolute(dir)
	if err != nil {
		return nil, err
	}
	if err := d.makeDir(abs); err != nil {
		return nil, err
	}
	if err := d.open(abs); err != nil {
		return nil, err
	}
	s := newSurvey(d.FS(), files, o)
	if err := s.heal(ctx); err != nil {
		return nil, err
	}
	if err := d.putBack(s); err != nil {
		return nil, err
	}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	if len(s.changes) > 0 {
		err = d.carryOut(ctx, s)
	}
	if err == nil && (len(s.changes) > 0 || s.healing) {
		err = d.finish(s)
	}
	if err != nil {
		return nil, err
	}
	return s.written(abs), nil
}

func absolute(dir string) (string, error) {
	if dir == "" {
		return "", coded.Invalid("the path is empty; name a directory")
	}
	return filepath.Abs(dir)
}

func (s *survey) written(abs string) *Written {
	paths := s.files.Paths()
	if s.options.Checksums {
		paths = append(paths, ChecksumsFile)
	}
	for i, path := range paths {
		paths[i] = filepath.Join(abs, filepath.FromSlash(path))
	}
	slices.Sort(paths)
	return &Written{Files: paths, TotalSize: s.size, Changes: s.report()}
}

// explain names the directory, and says what to do where the system refused.
func explain(err error, dir string) error {
	if coded.CodeOf(err) == coded.ErrCodeInternal {
		switch {
		case errors.Is(err, fs.ErrPermission):
			return coded.Wrap(coded.ErrCodeInvalidRequest, err, "output directory %q may not be written to; check its permissions", dir)
		case errors.Is(err, syscall.ENOSPC):
			return coded.Wrap(coded.ErrCodeInternal, err, "output directory %q: the disk is full; free some space and run again", dir)
		}
	}
	return coded.In(err, "output directory %q", dir)
}
