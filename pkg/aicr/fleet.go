package aicr

import (
	"context"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"

	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/internal/worktree"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/fleet"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// FleetOptions say what Fleet writes. File and Output are required.
type FleetOptions struct {
	// File is the fleet file; see fleet.File.
	File string
	// Output is the directory in which each cluster gets one of its name.
	Output string
	// DryRun writes nothing, and only says what would be written.
	DryRun bool
	// Force overwrites files that were edited or that an earlier run did not write.
	Force bool
	// Registry says how to reach the registry of bundles that lie in one.
	Registry oci.Connection
	// Renderer builds the bundles; nil means that they are trusted.
	Renderer Renderer
	// Version is the program's version.
	Version string
}

// FleetResult says what Fleet wrote.
type FleetResult struct {
	Clusters []fleet.ClusterFiles `json:"clusters"`
	// Added, Changed and Removed are files below Output.
	Added    []string `json:"added,omitempty"`
	Changed  []string `json:"changed,omitempty"`
	Removed  []string `json:"removed,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// Fleet writes for each cluster of a fleet file what brings its bundle into it, all or nothing.
func Fleet(ctx context.Context, o FleetOptions) (*FleetResult, error) {
	noun := "fleet file " + o.File
	data, err := inputfile.Read(ctx, noun, o.File, config.MaxRecipeSize)
	if err != nil {
		return nil, err
	}
	file, err := fleet.Parse(data)
	if err != nil {
		return nil, errors.In(err, "%s", noun)
	}
	var made *fleet.Made
	bundles := map[string]*rollout.Rollout{}
	err = o.read(ctx, file, slices.Sorted(maps.Keys(file.Bundles)), bundles, func() error {
		made, err = file.Make(ctx, bundles, o.Renderer)
		return err
	})
	if err != nil {
		return nil, errors.In(err, "%s", noun)
	}
	changes, err := o.write(ctx, made.Files)
	if err != nil {
		return nil, err
	}
	return &FleetResult{Clusters: made.Clusters, Added: changes.Added, Changed: changes.Changed, Removed: changes.Removed, Warnings: made.Warnings}, nil
}

// read opens the bundles of these names, one inside the other, and then calls use: their files are
// there until it returns.
func (o *FleetOptions) read(ctx context.Context, file *fleet.File, names []string, into map[string]*rollout.Rollout, use func() error) error {
	if len(names) == 0 {
		return use()
	}
	name, b := names[0], file.Bundles[names[0]]
	var later error
	err := o.open(ctx, &b, func(fsys fs.FS) error {
		r, err := rollout.Read(ctx, fsys, rollout.Options{Builder: o.Renderer})
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
		later = o.read(ctx, file, names[1:], into, use)
		return nil
	})
	if err != nil {
		return errors.In(err, "bundle %q", name)
	}
	return later
}

// open hands over one bundle. Where it lies in the repository follows from the work tree.
func (o *FleetOptions) open(ctx context.Context, b *fleet.Bundle, use func(fs.FS) error) error {
	if b.OCI != "" {
		return withBundle(ctx, b.OCI, "", o.Registry, o.Version, use)
	}
	dir := b.Directory
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(filepath.Dir(o.File), dir)
	}
	top, within, err := worktree.Root(ctx, dir)
	switch {
	case err != nil:
		return err
	case top == "" && b.Path == "":
		return errors.Invalid("%s lies in no Git work tree, so that nothing says where it is in the repository; set path", b.Directory)
	case top != "" && b.Path == "":
		b.Path = within
	case top != "" && path.Clean("/"+b.Path) != path.Clean("/"+within):
		return errors.Invalid("its path is %q, and it lies in %s of the work tree; leave path out, or name the other directory", b.Path, within)
	}
	return withBundle(ctx, dir, "", o.Registry, o.Version, use)
}

func (o *FleetOptions) write(ctx context.Context, files *bundle.Files) (*bundle.Changes, error) {
	how := bundle.WriteOptions{Checksums: true, Owner: fleet.ListFile, Force: o.Force}
	if o.DryRun {
		return bundle.Compare(ctx, o.Output, files, how)
	}
	written, err := bundle.Write(ctx, o.Output, files, how)
	if err != nil {
		return nil, err
	}
	return &written.Changes, nil
}
