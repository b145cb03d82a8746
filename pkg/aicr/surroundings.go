package aicr

import (
	"context"
	stderrors "errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// surroundings refuses an output directory in which Flux would delete something. Where a directory
// has no kustomization, Flux generates one that takes in every manifest; the bundle's own would stand
// in its place, and what it does not list would be pruned: in the directory of "flux bootstrap", Flux
// itself.
func surroundings(ctx context.Context, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil //nolint:nilerr // what is wrong with the directory is said where the bundle is written
	}
	defer root.Close()
	for _, name := range []string{"kustomization.yml", "Kustomization"} {
		if _, err := root.Lstat(name); err == nil {
			return errors.New(errors.ErrCodeConflict, "output directory %q has a %s, and kustomize takes one kustomization in a directory, so nothing was written; "+
				"write to a directory of its own, such as bundles/NAME", dir, name)
		}
	}
	if bundleIn(root) {
		return nil
	}
	read, err := rollout.Read(ctx, root.FS(), rollout.Options{Builder: rollout.Unbuilt{}})
	if stderrors.Is(err, fs.ErrPermission) {
		return nil // Flux does not see either what cannot be read
	}
	if err != nil {
		return errors.In(err, "output directory %q", dir)
	}
	lost := manifests(read)
	if len(lost) == 0 {
		return nil
	}
	return errors.New(errors.ErrCodeConflict, "output directory %q holds manifests of others, such as %s, so nothing was written: if Flux builds this directory, the bundle's kustomization.yaml takes the place of the one "+
		"that Flux generates, and everything else there is deleted from the cluster, after flux bootstrap Flux itself; write to a directory of its own, such as bundles/NAME", dir, lost[0])
}

// bundleIn reports whether the directory has a kustomization of its own, a bundle, or the traces of a
// run that was killed: then it was looked at before, and the rest is decided where files are written.
func bundleIn(root *os.Root) bool {
	for _, name := range []string{flux.RootFile, bundle.StageDir} {
		if _, err := root.Lstat(name); err == nil {
			return true
		}
	}
	sums, err := root.ReadFile(bundle.ChecksumsFile)
	return err == nil && strings.Contains(string(sums), "  "+flux.RootFile+"\n")
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
