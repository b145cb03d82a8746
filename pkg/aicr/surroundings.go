package aicr

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/aicr-flux/aicr/internal/fluxtree"
	"github.com/aicr-flux/aicr/internal/worktree"
)

// surroundings are what lies around a directory: the Git work tree, and what Flux applies of it.
type surroundings struct {
	// dir is the directory as it was named.
	dir string
	// git and flux are nil outside of a work tree, and where git ignores the directory: no commit
	// brings what is there to Flux.
	git  *worktree.Place
	flux *fluxtree.Tree
	// tree is where in a work tree the directory lies, also where git ignores it.
	tree *worktree.Place
	// ignored is the rule by which git ignores the directory; empty where it does not.
	ignored string
	// appliers are the Kustomizations that apply the directory.
	appliers []fluxtree.Kustomization
}

func lookAround(ctx context.Context, dir string) (*surroundings, error) {
	s := &surroundings{dir: dir}
	git, err := worktree.Find(ctx, dir)
	s.tree = git
	if err != nil || git == nil {
		return s, err
	}
	if git.Ignored {
		s.ignored = git.Rule
		return s, nil
	}
	s.git = git
	if s.flux, err = fluxtree.Read(ctx, s.git); err != nil {
		return s, err
	}
	s.appliers, err = s.flux.Appliers(ctx, s.git.Path, true)
	return s, err
}

// describe says which Kustomization it is, and where it is written.
func describe(k fluxtree.Kustomization) string {
	return fmt.Sprintf("the Kustomization %s (%s)", k.Name, k.File)
}

// elsewhere says where to write instead: to the bundle that the cluster has already, or to a
// directory of its own.
func (s *surroundings) elsewhere(ctx context.Context) (string, error) {
	dirs, err := s.bundlesHere(ctx)
	switch {
	case err != nil:
		return "", err
	case len(dirs) == 0:
		return "write to a directory of its own, such as " + s.proposal(), nil
	case len(dirs) == 1:
		return fmt.Sprintf("the bundle of this cluster is %s; to make it again use `Again` %s", dirs[0], dirs[0]), nil
	}
	return fmt.Sprintf("the bundles of this cluster are %s; to make one again use `Again` with its directory", and(dirs)), nil
}

// bundlesHere are the directories of the bundles that are applied in a cluster of this directory, as
// somebody would type them here.
func (s *surroundings) bundlesHere(ctx context.Context) ([]string, error) {
	if s.git == nil {
		return nil, nil
	}
	here, err := s.flux.Clusters(ctx, path.Join(s.git.Path, "any.yaml"))
	if err != nil {
		return nil, err
	}
	for _, k := range s.clusters() {
		if fluxtree.Within(s.git.Path, k.Path) {
			here = append(here, k.Path)
		}
	}
	var dirs []string
	for _, k := range s.flux.Kustomizations {
		if k.First || !s.isBundle(k.Path) || slices.Contains(dirs, s.typed(k.Path)) {
			continue
		}
		clusters, err := s.flux.Clusters(ctx, k.File)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(clusters, func(c string) bool { return slices.Contains(here, c) }) {
			dirs = append(dirs, s.typed(k.Path))
		}
	}
	return dirs, nil
}

// proposal is a directory in which a bundle harms nothing, as somebody would type it here.
func (s *surroundings) proposal() string {
	if s.git == nil {
		return "bundles/NAME"
	}
	name := path.Base(s.git.Path)
	if name == "." || name == ".." {
		name = "cluster"
	}
	free := path.Join("bundles", name)
	for i := 2; s.flux.IsDir(free); i++ {
		free = fmt.Sprintf("bundles/%s-%d", name, i)
	}
	return s.typed(free)
}

// typed is a path of the work tree as somebody would type it here.
func (s *surroundings) typed(p string) string {
	abs := filepath.Join(s.git.Root, filepath.FromSlash(p))
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(resolved(here), abs); err == nil {
			return rel
		}
	}
	return abs
}
