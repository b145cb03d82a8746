package aicr

import (
	"context"
	"fmt"
	"path"
	"path/filepath"

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
	// ignored is the rule by which git ignores the directory; empty where it does not.
	ignored string
	// appliers are the Kustomizations that apply the directory.
	appliers []fluxtree.Kustomization
}

func lookAround(ctx context.Context, dir string) (*surroundings, error) {
	s := &surroundings{dir: dir}
	git, err := worktree.Find(ctx, dir)
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
	here, err := filepath.Abs(".")
	if err == nil {
		here, err = filepath.EvalSymlinks(here)
	}
	if err != nil {
		return abs
	}
	if rel, err := filepath.Rel(here, abs); err == nil && len(rel) < len(abs) {
		return rel
	}
	return abs
}
