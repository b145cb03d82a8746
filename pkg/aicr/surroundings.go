package aicr

import (
	"context"
	stderrors "errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// surroundings refuses an output directory in which Flux would delete something. Where a directory
// has no kustomization, Flux generates one that takes in every manifest; the bundle's own would stand
// in its place, and what it does not list would be pruned: in the directory of "flux bootstrap", Flux
// itself.
func (r *run) surroundings(ctx context.Context) error {
	root, err := os.OpenRoot(r.Output)
	if stderrors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return nil //nolint:nilerr // what is wrong with the directory is said where the bundle is written
	}
	defer root.Close()
	read, err := rollout.Read(ctx, root.FS(), rollout.Options{Builder: rollout.Unbuilt{}})
	if err != nil {
		return errors.In(err, "output directory %q", r.Output)
	}
	lost := manifests(read)
	if read.Listing.File != "" || len(lost) == 0 {
		return nil
	}
	const most = 5
	named := strings.Join(lost[:min(most, len(lost))], ", ")
	if len(lost) > most {
		named += ", …"
	}
	what := "everything else there"
	if slices.ContainsFunc(lost, func(file string) bool { return strings.Contains(file, "flux-system/") }) {
		what = "everything else there, Flux itself included,"
	}
	return errors.New(errors.ErrCodeConflict, "output directory %q holds manifests of others (%s), so nothing was written: if Flux builds this directory, the bundle's kustomization.yaml takes the place of the one "+
		"that Flux generates, and %s is deleted from the cluster; write to a directory of its own, such as bundles/NAME", r.Output, named, what)
}

// manifests are the files that Flux takes in where a directory has no kustomization, sorted: those
// that hold objects, and the kustomizations below.
func manifests(read *rollout.Rollout) []string {
	var files []string
	for _, o := range read.Objects {
		files = append(files, o.File)
	}
	for _, entry := range read.Listing.Entries {
		if entry.State == rollout.EntryKustomization {
			files = append(files, entry.Target+"/kustomization.yaml")
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}
