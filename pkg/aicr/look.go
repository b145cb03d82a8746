package aicr

import (
	"context"
	"io/fs"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// look hands over the bundle that source names: a directory, an artifact, or what is made in memory
// of a recipe. The warnings are those of the recipe.
func look(ctx context.Context, source string, b BundleOptions, use func(fs.FS) error) (warnings []string, err error) {
	if err := errors.In(checkPath(source), "source %s", source); err != nil {
		return nil, err
	}
	if KindOf(source) != KindRecipe {
		return nil, withBundle(ctx, source, "", b.Registry, b.Version, func(fsys fs.FS) error {
			err := use(fsys)
			if err != nil && ctx.Err() == nil {
				if problem := looksLikeBundle(fsys, "it"); problem != nil {
					return problem // says in one sentence what is wrong with all files
				}
			}
			return err
		})
	}
	if source != "-" {
		if err := checkRecipe(source); err != nil {
			return nil, err
		}
	}
	made, err := Make(ctx, inMemory(b, source))
	if err != nil {
		return nil, err
	}
	return made.Output.Warnings, errors.In(use(made.Files.FS()), "recipe %s", source)
}
