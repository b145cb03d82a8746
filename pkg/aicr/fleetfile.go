package aicr

import (
	"context"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"

	"github.com/aicr-flux/aicr/internal/worktree"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/fleet"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// fleetFile is a fleet file with what its bundles are read with.
type fleetFile struct {
	// dir is where it lies: on the disk, or in the commit of revision, from the top of the repository.
	dir, revision string
	registry      oci.Connection
	version       string
	renderer      Renderer
}

// make makes what the clusters get, and hands over the bundles with it, whose files are there until
// use returns.
func (f *fleetFile) make(ctx context.Context, data []byte, use func(*fleet.Made, map[string]*rollout.Rollout) error) error {
	file, err := fleet.Parse(data)
	if err != nil {
		return err
	}
	bundles := map[string]*rollout.Rollout{}
	return f.read(ctx, file, slices.Sorted(maps.Keys(file.Bundles)), bundles, func() error {
		made, err := file.Make(ctx, bundles, f.renderer)
		if err != nil {
			return err
		}
		return use(made, bundles)
	})
}

// read opens the bundles of these names, one inside the other, and then calls use: their files are
// there until it returns.
func (f *fleetFile) read(ctx context.Context, file *fleet.File, names []string, into map[string]*rollout.Rollout, use func() error) error {
	if len(names) == 0 {
		return use()
	}
	name, b := names[0], file.Bundles[names[0]]
	var later error
	err := f.open(ctx, &b, func(fsys fs.FS) error {
		r, err := rollout.Read(ctx, fsys, rollout.Options{Builder: f.renderer})
		if err != nil {
			return err
		}
		if missing := unread(r); len(missing) > 0 {
			return errors.Invalid("%s", missing[0])
		}
		if len(r.Releases) == 0 {
			return errors.Invalid("it holds no HelmRelease; name the directory of a bundle")
		}
		file.Bundles[name], into[name] = b, r
		later = f.read(ctx, file, names[1:], into, use)
		return nil
	})
	if err != nil {
		return errors.In(err, "bundle %q", name)
	}
	return later
}

// open hands over one bundle. Where it lies in the repository follows from the work tree, or from the
// commit.
func (f *fleetFile) open(ctx context.Context, b *fleet.Bundle, use func(fs.FS) error) error {
	if b.OCI != "" {
		return withBundle(ctx, b.OCI, "", f.registry, f.version, use)
	}
	if f.revision != "" {
		within := path.Join(f.dir, b.Directory)
		if err := placed(b, within); err != nil {
			return err
		}
		files, err := committed(ctx, f.revision+":"+within)
		if err != nil {
			return err
		}
		return use(files.FS())
	}
	dir := b.Directory
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(f.dir, dir)
	}
	top, within, err := worktree.Root(ctx, dir)
	switch {
	case err != nil:
		return err
	case top == "" && b.Path == "":
		return errors.Invalid("%s lies in no Git work tree, so that nothing says where it is in the repository; set path", b.Directory)
	case top != "":
		if err := placed(b, within); err != nil {
			return err
		}
	}
	return withBundle(ctx, dir, "", f.registry, f.version, use)
}

// placed sets where the bundle lies in the repository, or holds that against what the file says.
func placed(b *fleet.Bundle, within string) error {
	if b.Path == "" {
		b.Path = within
	}
	if path.Clean("/"+b.Path) != path.Clean("/"+within) {
		return errors.Invalid("its path is %q, and it lies in %s of the work tree; leave path out, or name the other directory", b.Path, within)
	}
	return nil
}
