package aicr

import (
	"context"
	stderrors "errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/fluxtree"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// check refuses a directory in which a bundle would make Flux delete something. Where a directory
// has no kustomization, Flux generates one that takes in every manifest; the bundle's own would
// stand in its place, and what it does not list would be pruned: in the directory of flux
// bootstrap, Flux itself.
func (s *surroundings) check(ctx context.Context) error {
	if err := s.reserved(ctx); err != nil {
		return err
	}
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		return nil //nolint:nilerr // what is wrong with the directory is said where the bundle is written
	}
	defer root.Close()
	for _, name := range []string{"kustomization.yml", "Kustomization"} {
		if _, err := root.Lstat(name); err == nil {
			return s.refuse(ctx, "has a %s, and kustomize takes one kustomization in a directory", name)
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
		return errors.In(err, "output directory %q", s.dir)
	}
	lost := manifests(read)
	switch {
	case read.Listing.File != "":
		return s.refuse(ctx, "has a kustomization.yaml that is no bundle's: one in its place would take what that lists%s out of %s, and from the cluster%s", shorten(lost), s.builds(), withFlux(lost))
	case len(lost) > 0:
		return s.refuse(ctx, "holds manifests of others%s: the bundle's kustomization.yaml would take them out of %s, and from the cluster%s", shorten(lost), s.builds(), withFlux(lost))
	}
	return nil
}

// reserved refuses what belongs to Git, and to Flux itself.
func (s *surroundings) reserved(ctx context.Context) error {
	if s.git == nil {
		abs, _ := filepath.Abs(s.dir)
		if slices.Contains(strings.Split(filepath.ToSlash(abs), "/"), ".git") {
			return s.refuse(ctx, "lies in .git, of which Git keeps no track")
		}
		return nil
	}
	if dir := s.flux.Setup(s.git.Path); dir != "" {
		return s.refuse(ctx, "lies in %s, which belongs to flux bootstrap", dir)
	}
	return nil
}

func (s *surroundings) refuse(ctx context.Context, format string, args ...any) error {
	instead, err := s.elsewhere(ctx)
	if err != nil {
		return err
	}
	return errors.New(errors.ErrCodeConflict, "output directory %q %s; nothing was written; %s", s.dir, fmt.Sprintf(format, args...), instead)
}

// builds says whose build it is.
func (s *surroundings) builds() string {
	if len(s.appliers) == 0 {
		return "what Flux builds of this directory"
	}
	return "the build of " + describe(s.appliers[0])
}

// withFlux says that Flux is among what would go, where it is.
func withFlux(lost []string) string {
	if slices.ContainsFunc(lost, func(file string) bool { return path.Base(file) == fluxtree.ComponentsFile }) {
		return ", Flux itself included"
	}
	return ""
}

// shorten names the first of some files.
func shorten(files []string) string {
	const most = 4
	switch {
	case len(files) == 0:
		return ""
	case len(files) > most:
		return fmt.Sprintf(" (%s and %d more)", strings.Join(files[:most], ", "), len(files)-most)
	}
	return " (" + strings.Join(files, ", ") + ")"
}

// bundleIn reports whether the directory has the kustomization of a bundle, or the traces of a run
// that was killed: then it was looked at before, and the rest is decided where files are written.
func bundleIn(root *os.Root) bool {
	if _, err := root.Lstat(bundle.StageDir); err == nil {
		return true
	}
	if text, err := root.ReadFile(flux.RootFile); err == nil && strings.Contains(string(text), flux.ModeAnnotation) {
		return true
	}
	sums, err := root.ReadFile(bundle.ChecksumsFile)
	return err == nil && strings.Contains(string(sums), "  "+flux.RootFile+"\n")
}

// manifests are the files that Flux takes in, sorted: those that hold objects, and kustomizations.
func manifests(read *rollout.Rollout) []string {
	var files []string
	for _, o := range read.Objects {
		files = append(files, o.File)
	}
	for _, entry := range read.Listing.Entries {
		switch entry.State {
		case rollout.EntryKustomization:
			files = append(files, entry.Target+"/kustomization.yaml")
		case rollout.EntryFile:
		case rollout.EntryBareDir, rollout.EntryMissing, rollout.EntryOutside, rollout.EntryRemote:
			files = append(files, entry.Text)
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}
