package aicr

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/graph"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// GraphOptions say which bundle Graph looks at. Source is required.
type GraphOptions struct {
	// Source is the directory of a bundle, oci://HOST/REPOSITORY with a tag or a digest, or else a
	// recipe as Bundle takes one.
	Source string
	// BundleOptions are those with which a recipe is bundled in memory; Registry counts for a bundle
	// in one.
	BundleOptions
}

// Graph returns the rollout of a bundle, ready to be drawn, and what is missing in it.
func Graph(ctx context.Context, o GraphOptions) (drawn graph.Graph, warnings []string, err error) {
	var missing []string
	warnings, err = look(ctx, o.Source, o.BundleOptions, func(fsys fs.FS) error {
		read, err := rollout.Read(ctx, fsys, rollout.Options{Builder: o.Renderer})
		if err != nil {
			return err
		}
		missing = unread(read)
		if len(read.Releases) == 0 {
			for _, m := range missing {
				err = errors.Join(err, errors.Invalid("%s", m))
			}
			return errors.Join(err, errors.Invalid("it holds no HelmRelease; name the directory of a bundle"))
		}
		drawn = graph.Of(read)
		return nil
	})
	return drawn, append(warnings, missing...), err
}

// unread says what of a bundle cannot be read, and so is in no picture.
func unread(r *rollout.Rollout) (all []string) {
	const most = 5
	for i := range r.Broken[:min(most, len(r.Broken))] {
		all = append(all, "it cannot be read as a whole: "+r.Broken[i].Error())
	}
	if more := len(r.Broken) - most; more > 0 {
		all = append(all, fmt.Sprintf("it cannot be read as a whole: %d more problems in its files", more))
	}
	if r.BuildErr != nil {
		all = append(all, fmt.Sprintf("kustomize cannot build it, so that it is as the files have it: %s", r.BuildErr))
	}
	return all
}
