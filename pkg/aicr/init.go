package aicr

import (
	"cmp"
	"context"
	"maps"
	"path/filepath"
	"slices"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// DefaultExample is the example that Init writes unless it is told another one.
const DefaultExample = "eks-h100-training"

// InitOptions say what Init writes. Dir is required.
type InitOptions struct {
	// Dir is the directory to write to.
	Dir string
	// Example is the name of an example, one of examples.Names (default: DefaultExample).
	Example string
	// Force overwrites files that differ.
	Force bool
}

// Initialized says what Init did.
type Initialized struct {
	Example string `json:"example"`
	// Recipe is the path of the recipe, Files are those of all files.
	Recipe string   `json:"recipe"`
	Files  []string `json:"files"`
}

// Init writes an example recipe with everything that it refers to.
func Init(ctx context.Context, o InitOptions) (*Initialized, error) {
	example := cmp.Or(o.Example, DefaultExample)
	contents, err := examples.Files(example)
	if err != nil {
		return nil, err
	}
	var files bundle.Files
	for _, path := range slices.Sorted(maps.Keys(contents)) {
		if err := files.Add(path, contents[path]); err != nil {
			return nil, err
		}
	}
	if err := checkDirectory(o.Dir); err != nil {
		return nil, err
	}
	around, err := lookAround(ctx, o.Dir)
	if err == nil {
		err = around.keepOut(ctx, slices.Sorted(maps.Keys(contents)))
	}
	if err != nil {
		return nil, err
	}
	written, err := bundle.Write(ctx, o.Dir, &files, bundle.WriteOptions{Force: o.Force})
	if err != nil {
		return nil, errors.In(err, "example %q", example)
	}
	return &Initialized{Example: example, Recipe: filepath.Join(o.Dir, recipeFile), Files: written.Files}, nil
}
