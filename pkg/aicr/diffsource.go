package aicr

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/worktree"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// inGit begins a source that is a directory of a commit.
const inGit = "git:"

// open hands over the bundle at source, and nil where that is a recipe.
func (o *DiffOptions) open(ctx context.Context, source string, use func(*rollout.Rollout) error) error {
	var after error // of what is done with the bundle, which is not to blame for it
	read := func(fsys fs.FS) error {
		if err := looksLikeBundle(fsys, "it"); err != nil {
			return err
		}
		r, err := o.read(ctx, fsys)
		if err == nil {
			after = use(r)
		}
		return err
	}
	switch rest, git := strings.CutPrefix(source, inGit); {
	case git:
		files, err := committed(ctx, rest)
		if err == nil {
			err = read(files.FS())
		}
		return errors.Join(errors.In(err, "source %s", source), after)
	case source == "" || source == "-":
		return use(nil)
	case KindOf(source) == KindRecipe:
		if err := checkRecipe(source); err != nil {
			return err
		}
		return use(nil)
	}
	return errors.Join(withBundle(ctx, source, "", o.Registry, o.Version, read), after)
}

// committed reads REVISION:PATH. A revision may have colons, and the path of a bundle hardly.
func committed(ctx context.Context, source string) (*bundle.Files, error) {
	colon := strings.LastIndexByte(source, ':')
	if colon <= 0 {
		return nil, errors.Invalid("it is not of the form git:REVISION:PATH, such as git:main:bundles/a")
	}
	found, err := worktree.At(ctx, ".", source[:colon], source[colon+1:])
	if err != nil {
		return nil, err
	}
	files := &bundle.Files{}
	for _, path := range slices.Sorted(maps.Keys(found)) {
		if err := files.Add(path, found[path]); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// read reads a bundle, and refuses what would look as if everything went.
func (o *DiffOptions) read(ctx context.Context, fsys fs.FS) (*rollout.Rollout, error) {
	r, err := rollout.Read(ctx, fsys, rollout.Options{Builder: o.Renderer})
	if err != nil {
		return nil, err
	}
	if len(r.Broken) > 0 {
		return nil, errors.Invalid("%s", r.Broken[0].Error())
	}
	if len(r.Releases) == 0 {
		return nil, errors.Invalid("it holds no HelmRelease; name the directory of a bundle, with its kustomization.yaml")
	}
	return r, errors.Wrap(errors.ErrCodeInvalidRequest, r.BuildErr, "its kustomizations cannot be built")
}

// bundle makes the bundle of a recipe, as one that takes the place of the other side.
func (o *DiffOptions) bundle(ctx context.Context, c, other *compared) error {
	if c.Rollout != nil {
		return nil
	}
	b := o.BundleOptions
	b.DryRun, b.Recipe = true, c.source
	place := b.Output // that of a run which is repeated
	if place == "" && KindOf(other.source) == KindDirectory {
		place = other.source
	}
	if other.Rollout != nil && b.OCISourceName == "" {
		b.OCISourceName = other.Listing.Annotations[flux.SourceAnnotation]
	}
	if b.Publish, b.CheckCharts = (Publish{}), false; !b.VendorCharts {
		b.pullOnlyData()
	}
	placed := KindOf(place) == KindDirectory
	if b.Output = place; !placed {
		b.Output = ""
	}
	start := newRun
	if placed {
		start = newPlacedRun
	}
	run, err := start(ctx, b, deployers())
	if err != nil {
		return err
	}
	made, err := run.make(ctx)
	if err != nil {
		return errors.In(err, "recipe %s", c.source)
	}
	if made.Rollout == nil {
		return errors.Invalid("recipe %s: only bundles for Flux can be compared", c.source)
	}
	c.Rollout, c.warnings = made.Rollout, made.Output.Warnings
	if !placed {
		return nil
	}
	return c.keepEdits(ctx, made, place, bundle.WriteOptions{Checksums: !b.NoChecksums, Force: b.Force})
}

// keepEdits lets the edits of files that are meant for it stay, as a run into that directory does.
func (c *compared) keepEdits(ctx context.Context, made *deployer.Bundle, dir string, o bundle.WriteOptions) error {
	out, err := made.Compare(ctx, dir, o)
	switch {
	case errors.CodeOf(err) == errors.ErrCodeConflict:
		c.warnings = append(c.warnings, "a run of bundle stops here: "+err.Error())
		return nil
	case err != nil:
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return errors.Invalid("directory %s cannot be read: %s", dir, errors.Reason(err))
	}
	defer root.Close()
	c.Rollout, err = edited(ctx, made, root, out)
	return err
}

// InGit reports whether a source of Diff is a directory of a commit.
func InGit(source string) bool { return strings.HasPrefix(source, inGit) }
