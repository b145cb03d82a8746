package aicr

import (
	"context"
	"path"
	"path/filepath"

	"github.com/aicr-flux/aicr/internal/fluxtree"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// takenBy returns a Kustomization whose build would take in one of the files, by their paths in the
// work tree; nil where none does. Flux takes each YAML file below a directory without a
// kustomization for objects, and applies nothing at all where one is something else.
func (s *surroundings) takenBy(ctx context.Context, files ...string) (*fluxtree.Kustomization, error) {
	seen := map[string]bool{}
	for _, file := range files {
		if ext := path.Ext(file); ext != ".yaml" && ext != ".yml" || seen[path.Dir(file)] {
			continue
		}
		seen[path.Dir(file)] = true
		appliers, err := s.flux.Appliers(ctx, file, false)
		if err != nil {
			return nil, err
		}
		if len(appliers) > 0 {
			return &appliers[0], nil
		}
	}
	return nil, nil //nolint:nilnil // nothing takes them
}

// keepOut refuses a directory for files that are no objects, where Flux would take them for some.
func (s *surroundings) keepOut(ctx context.Context, files []string) error {
	if s.git == nil {
		return nil
	}
	in := func(dir string) (all []string) {
		for _, file := range files {
			all = append(all, path.Join(dir, file))
		}
		return all
	}
	by, err := s.takenBy(ctx, in(s.git.Path)...)
	if err != nil || by == nil {
		return err
	}
	free := path.Join("recipes", path.Base(filepath.Join(s.git.Root, s.git.Path)))
	taken, err := s.takenBy(ctx, in(free)...)
	if err != nil {
		return err
	}
	instead := "outside of this repository"
	if taken == nil {
		instead = "to a directory that Flux does not build, such as " + s.typed(free)
	}
	return errors.New(errors.ErrCodeConflict, "directory %q is built by %s, which would take the files of a recipe for objects, and then apply nothing at all; nothing was written; write them %s", s.dir, describe(*by), instead)
}

// checkRefs refuses a file of ImageRefs that Flux would take for objects.
func (p *Publish) checkRefs(ctx context.Context) error {
	if p.ImageRefs == "" {
		return nil
	}
	around, err := lookAround(ctx, filepath.Dir(p.ImageRefs))
	if err != nil || around.git == nil {
		return err
	}
	by, err := around.takenBy(ctx, path.Join(around.git.Path, filepath.Base(p.ImageRefs)))
	if err != nil || by == nil {
		return err
	}
	return errors.New(errors.ErrCodeConflict, "`ImageRefs` %s lies in what %s builds, which would take it for objects; give it another ending than .yaml, or choose another directory", p.ImageRefs, describe(*by))
}
