package aicr

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/fluxtree"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// syncPlace is where the file of Sync lies.
type syncPlace struct {
	Sync
	// around are the surroundings of the file's directory, and path its path in the work tree;
	// empty outside of one.
	around *surroundings
	path   string
	// applied says that Flux applies the file where it lies; unlisted is the kustomization in its
	// directory that does not list it.
	applied  bool
	unlisted string
}

// place finds where the file lies, and refuses what belongs to Git, to Flux itself, or to the
// bundle in output. There is nothing to find where no file is named.
func (s *Sync) place(ctx context.Context, output *surroundings) (*syncPlace, error) {
	p := &syncPlace{Sync: *s}
	if s.File == "" {
		return p, nil
	}
	var err error
	if p.around, err = lookAround(ctx, filepath.Dir(s.File)); err != nil {
		return nil, errors.In(err, "`Sync` %s", s.File)
	}
	if err := p.around.reserved(ctx); err != nil {
		return nil, errors.New(errors.ErrCodeConflict, "`Sync` %s lies in a directory of Git's or Flux's own; name a file beside it", s.File)
	}
	if p.around.git == nil {
		return p, nil
	}
	p.path = path.Join(p.around.git.Path, filepath.Base(s.File))
	if output != nil && output.git != nil && output.git.Root == p.around.git.Root && strings.HasPrefix(p.path+"/", output.git.Path+"/") {
		return nil, errors.New(errors.ErrCodeConflict, "`Sync` %s lies in the bundle, which it is not a part of; name a file outside of %s", s.File, output.dir)
	}
	tree := p.around.flux
	appliers, err := tree.Appliers(ctx, p.path, false)
	if err != nil {
		return nil, err
	}
	p.applied = len(appliers) > 0
	if file := tree.KustomizationFile(p.around.git.Path); file != "" && !slices.Contains(tree.Resources(p.around.git.Path), p.path) {
		p.unlisted = file
	}
	return p, nil
}

// secondOwner refuses a Kustomization for a bundle that another one applies in the same cluster:
// two would fight over every release, and the removal of either would uninstall them.
func (p *syncPlace) secondOwner(ctx context.Context, bundle *surroundings, kustomization string) error {
	if p.File == "" || bundle == nil {
		return nil
	}
	inTree := p.around.git != nil && bundle.git != nil && bundle.git.Root == p.around.git.Root
	for _, k := range bundle.appliers {
		where := unknownCluster
		if inTree {
			var err error
			if where, err = bundle.relate(ctx, k.File, p.path); err != nil {
				return err
			}
		}
		switch {
		case inTree && k.File == p.path:
		case k.Name == kustomization && (!inTree || path.Dir(k.File) != path.Dir(p.path)):
			// The same object: it stays the owner.
		case where == otherCluster:
		default:
			return errors.New(errors.ErrCodeConflict, "%s applies this bundle already; with a second Kustomization of `Sync` (%s, in %s) both would own its releases, and the removal of one would uninstall them; "+
				"so nothing was written; leave `Sync` out, or remove that one first with pruning off (spec.prune: false)", describe(k), kustomization, p.File)
		}
	}
	return nil
}

// relation is whether two files of the work tree are applied in the same cluster.
type relation int

const (
	unknownCluster relation = iota // no file tells
	sameCluster
	otherCluster
)

func (s *surroundings) relate(ctx context.Context, a, b string) (relation, error) {
	first, err := s.flux.Clusters(ctx, a)
	if err != nil {
		return unknownCluster, err
	}
	second, err := s.flux.Clusters(ctx, b)
	switch {
	case err != nil || len(first) == 0 || len(second) == 0:
		return unknownCluster, err
	case slices.ContainsFunc(first, func(cluster string) bool { return slices.Contains(second, cluster) }):
		return sameCluster, nil
	}
	return otherCluster, nil
}

// clusters are the Kustomizations by which clusters are set up from the work tree.
func (s *surroundings) clusters() []fluxtree.Kustomization {
	if s == nil || s.flux == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.flux.Kustomizations), func(k fluxtree.Kustomization) bool { return !k.First })
}

// otherBundle refuses the file that brings another bundle of the work tree: its Kustomization would
// apply this one instead, and remove what that one has. Of a bundle that was moved, it is the
// owner.
func (p *syncPlace) otherBundle(synced *deployer.Synced) error {
	was, err := p.owned(true)
	if err != nil || p.around.git == nil || was.Path == "" {
		return nil //nolint:nilerr // it was said before
	}
	old, now := path.Clean(was.Path), path.Clean(synced.Path)
	if old == "." || old == now || p.around.flux.KustomizationFile(old) == "" {
		return nil
	}
	from, to := p.around.typed(old), p.around.typed(now)
	return errors.New(errors.ErrCodeConflict, "`Sync` %s brings the bundle in %s, which would be removed from the cluster; to move that bundle: %s; for another cluster name another file", p.File, from, moved(from, to, p.File))
}
