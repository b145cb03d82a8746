// Package fluxtree reads what Flux applies of a Git work tree: the Kustomizations that are written
// there, the sources of flux bootstrap and flux-operator, and what a build of a directory takes in.
//
// It reads files only. What was made in a cluster and is in no file it cannot know.
package fluxtree

import (
	"cmp"
	"context"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/worktree"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
)

// Tree is a work tree as Flux sees it.
type Tree struct {
	// Git is where it is.
	Git *worktree.Place
	// Kustomizations are those that build directories of this repository, sorted by file.
	Kustomizations []Kustomization
	// Sources are the GitRepositories by which clusters that were set up from this work tree get
	// this repository, sorted by file.
	Sources []Source

	fsys fs.FS
}

// Kustomization is one of Flux, which builds and applies a directory.
type Kustomization struct {
	Namespace, Name string
	// Path is the directory, from the root of the work tree on.
	Path string
	// File is where the object is written.
	File string
	// First says that it is the one by which a cluster is set up, as by flux bootstrap.
	First bool
	// TargetNamespace is the namespace that it gives to every object; empty where it gives none.
	TargetNamespace string
	// PostBuild says how it fills in variables; nil where it does not.
	PostBuild *PostBuild

	source Source
}

// PostBuild is that of a Kustomization.
type PostBuild struct {
	Substitute     map[string]string `json:"substitute"`
	SubstituteFrom []SubstituteFrom  `json:"substituteFrom"`
	// SubstituteStrategy is Always where variables are filled in even if none is given.
	SubstituteStrategy string `json:"substituteStrategy"`
}

// SubstituteFrom names a ConfigMap or a Secret that has variables.
type SubstituteFrom struct {
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Optional bool   `json:"optional"`
}

// Source is a GitRepository.
type Source struct {
	Namespace, Name string
	URL, Branch     string
	File            string
}

// SetupFile is the file in which flux bootstrap writes the source and the Kustomization of a
// cluster, beside ComponentsFile, which has Flux itself.
const (
	SetupFile      = "gotk-sync.yaml"
	ComponentsFile = "gotk-components.yaml"
)

// Read reads the work tree. Files that cannot be read as objects are not there for Flux either.
func Read(ctx context.Context, place *worktree.Place) (*Tree, error) {
	t := &Tree{Git: place, fsys: os.DirFS(place.Root)}
	files, err := place.Grep(ctx, []string{kustomizeGroup, sourceGroup, operatorGroup}, []string{"*.yaml", "*.yml"})
	if err != nil {
		return nil, err
	}
	var all []Kustomization
	var sources []Source
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, o := range t.objects(file) {
			k, s := o.meaning(file)
			if k != nil {
				all = append(all, *k)
			}
			if s != nil {
				sources = append(sources, *s)
			}
		}
	}
	for _, k := range all {
		if k.source.URL == "" {
			k.source = find(sources, k)
		}
		if !t.ours(k) {
			continue
		}
		t.Kustomizations = append(t.Kustomizations, k)
		if k.First {
			t.Sources = append(t.Sources, k.source)
		}
	}
	slices.SortStableFunc(t.Kustomizations, func(a, b Kustomization) int { return cmp.Compare(a.File, b.File) })
	slices.SortStableFunc(t.Sources, func(a, b Source) int { return cmp.Compare(a.File, b.File) })
	return t, nil
}

// find returns the source that a Kustomization names: one of its own file, one of its directory, or
// any of the work tree. What is not there has no URL.
func find(sources []Source, k Kustomization) Source {
	best, nearest := k.source, 0
	for _, s := range sources {
		if s.Name != k.source.Name || s.Namespace != k.source.Namespace && s.Namespace != "" && k.source.Namespace != "" {
			continue
		}
		near := 1
		switch {
		case s.File == k.File:
			near = 3
		case path.Dir(s.File) == path.Dir(k.File):
			near = 2
		}
		if near > nearest {
			best, nearest = s, near
		}
	}
	return best
}

// ours reports whether a Kustomization builds directories of this repository. Where its source is
// not in the work tree, the directory tells: it is there, and is not the root, which every
// repository has.
func (t *Tree) ours(k Kustomization) bool {
	if k.source.URL == "" {
		return k.Path != "." && t.IsDir(k.Path)
	}
	return t.own(k.source.URL)
}

// own reports whether the address is that of this repository. Where no remote is known, any may be.
func (t *Tree) own(address string) bool {
	return len(t.Git.Remotes) == 0 || slices.ContainsFunc(t.Git.Remotes, func(r worktree.Remote) bool { return flux.SameRepository(r.URL, address) })
}

// Remote returns the remote that has the address; nil where none has.
func (t *Tree) Remote(address string) *worktree.Remote {
	for i := range t.Git.Remotes {
		if flux.SameRepository(t.Git.Remotes[i].URL, address) {
			return &t.Git.Remotes[i]
		}
	}
	return nil
}

// IsDir reports whether the work tree has the directory.
func (t *Tree) IsDir(dir string) bool {
	info, err := fs.Lstat(t.fsys, dir)
	return err == nil && info.IsDir()
}

// Setup returns the directory of flux bootstrap's own files that the path is, or lies in; "" where
// it does not.
func (t *Tree) Setup(dir string) string {
	for ; dir != "."; dir = path.Dir(dir) {
		for _, name := range []string{SetupFile, ComponentsFile} {
			if _, err := fs.Lstat(t.fsys, path.Join(dir, name)); err == nil {
				return dir
			}
		}
	}
	return ""
}

// Within reports whether the path is dir, or lies in it.
func Within(dir, p string) bool { return dir == "." || p == dir || strings.HasPrefix(p, dir+"/") }
