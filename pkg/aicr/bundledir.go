package aicr

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aicr-flux/aicr/internal/worktree"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// withDirectory hands over the bundle in dir, as one of the repository at root or of a Git work tree.
func withDirectory(ctx context.Context, dir, root string, use func(fs.FS) error) error {
	top, within, err := repositoryOf(ctx, dir, root)
	if err != nil {
		return err
	}
	if top == "" {
		top, within = dir, "."
	}
	opened, err := openBundle(top)
	if err != nil {
		return err
	}
	defer opened.Close()
	fsys, err := rollout.Within(opened.FS(), within)
	if err != nil {
		return errors.Invalid("it is not a directory of %s: %v", top, err)
	}
	return use(fsys)
}

// repositoryOf returns the directory whose content Flux has, as far as that is known, and where in it
// the bundle lies, slash-separated; "" where nothing is known.
func repositoryOf(ctx context.Context, dir, root string) (top, within string, err error) {
	opened, err := openBundle(dir) // so that it is complained of by its own name
	if err != nil {
		return "", "", err
	}
	_ = opened.Close()
	if root == "" {
		top, within, err = worktree.Root(ctx, dir)
		if err != nil {
			return "", "", ctx.Err() // git may refuse to read what this program can
		}
		return top, within, nil
	}
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return "", "", errors.Invalid("`Root` %q is not a directory", root)
	}
	within, err = filepath.Rel(resolved(root), resolved(dir))
	if err != nil || !filepath.IsLocal(within) {
		return "", "", errors.Invalid("the bundle does not lie in `Root` %q; name a directory above it", root)
	}
	return root, filepath.ToSlash(within), nil
}
