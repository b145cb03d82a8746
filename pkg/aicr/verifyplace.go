package aicr

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"

	"github.com/aicr-flux/aicr/internal/fluxtree"
	"github.com/aicr-flux/aicr/internal/worktree"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// together are Kustomizations that apply releases of the bundle in the same cluster, if there is
// more than one.
func (s *surroundings) together(ctx context.Context, releases []*rollout.Release) ([]string, error) {
	rivals, err := s.rivals(ctx, releases, s.git.Path)
	if err != nil {
		return nil, err
	}
	for i, first := range s.appliers {
		all := []string{describe(first)}
		for _, k := range s.appliers[i+1:] {
			if k.Name+"/"+k.Namespace == first.Name+"/"+first.Namespace {
				continue
			}
			where, err := s.relate(ctx, first.File, k.File)
			if err != nil {
				return nil, err
			}
			if where != otherCluster {
				all = append(all, describe(k))
			}
		}
		for _, r := range rivals {
			where, err := s.relate(ctx, first.File, r.by.File)
			if err != nil {
				return nil, err
			}
			if where == sameCluster {
				all = append(all, fmt.Sprintf("%s, with %s in %s,", describe(r.by), count(r.releases), r.dir))
			}
		}
		if len(all) > 1 {
			return all, nil
		}
	}
	return nil, nil
}

func count(releases []string) string {
	if len(releases) == 1 {
		return "its release " + releases[0]
	}
	return fmt.Sprintf("%d of its releases (%s)", len(releases), firstOf(releases))
}

// place holds the options against the work tree that the bundle lies in, where it is one of that
// repository's, and returns the directory that annotations need.
func (o *VerifyOptions) place(ctx context.Context, fsys fs.FS) (dir string, err error) {
	around, err := lookAround(ctx, o.Source)
	if err != nil {
		return "", err
	}
	dir = o.annotated(around.tree)
	switch {
	case o.Root != "":
		return dir, o.within(ctx)
	case around.git == nil:
		return dir, nil
	}
	if o.Substitutions, err = around.substitutions(ctx); err != nil {
		return "", err
	}
	o.TargetNamespace = cmp.Or(o.TargetNamespace, around.targetNamespace())
	read, err := rollout.Read(ctx, fsys, rollout.Options{Builder: rollout.Unbuilt{}})
	if err != nil {
		return "", err
	}
	return dir, o.fit(ctx, around, read)
}

// within holds the options against the place of the bundle in its Root.
func (o *VerifyOptions) within(ctx context.Context) error {
	_, within, err := repositoryOf(ctx, o.Source, o.Root)
	if err != nil {
		return err
	}
	if o.RepositoryPath != "" && path.Clean(o.RepositoryPath) != within {
		return errors.Invalid("`RepositoryPath` %q is not where the bundle lies in `Root`, which is %q; leave it out", o.RepositoryPath, within)
	}
	o.RepositoryPath = within
	return nil
}

// annotated is where the files of the bundle are for those who show annotations: seen from the top of
// the work tree, or else from the workspace; an absolute path where they lie outside of that.
func (o *VerifyOptions) annotated(tree *worktree.Place) string {
	if tree != nil {
		return tree.Path
	}
	there := resolved(o.Source)
	if rel, err := filepath.Rel(resolved(o.Workspace), there); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(there)
}

func (o *VerifyOptions) fit(ctx context.Context, around *surroundings, read *rollout.Rollout) error {
	together, err := around.together(ctx, read.Releases)
	o.Appliers = append(o.Appliers, together...)
	if err != nil || len(around.appliers) == 0 && !around.brings(read) {
		return err
	}
	if o.RepositoryPath != "" && path.Clean(o.RepositoryPath) != around.git.Path {
		return errors.Invalid("`RepositoryPath` %q is not where the bundle lies, which is %q in the work tree %s; leave it out", o.RepositoryPath, around.git.Path, around.git.Root)
	}
	o.RepositoryPath = around.git.Path
	return nil
}

// substitutions are what the appliers give to variables.
func (s *surroundings) substitutions(ctx context.Context) (all []verify.Substitution, err error) {
	for _, k := range s.appliers {
		given := verify.Substitution{By: describe(k)}
		if p := k.PostBuild; p != nil {
			given.Values, given.Always = map[string]string{}, p.SubstituteStrategy == "Always"
			for _, from := range p.SubstituteFrom {
				var data map[string]string
				if from.Kind == "ConfigMap" {
					if data, err = s.flux.ConfigMap(ctx, k, from.Name); err != nil {
						return nil, err
					}
				}
				if data == nil {
					given.More = true
					clear(given.Values) // it may have others of these
					given.From = append(given.From, rollout.Ref{Kind: from.Kind, Namespace: k.Namespace, Name: from.Name}.String())
				}
				maps.Copy(given.Values, data)
			}
			maps.Copy(given.Values, p.Substitute)
		}
		all = append(all, given)
	}
	return all, nil
}

// targetNamespace is the one that all appliers give to the objects; empty where they do not agree.
func (s *surroundings) targetNamespace() string {
	if len(s.appliers) == 0 {
		return ""
	}
	first := s.appliers[0].TargetNamespace
	for _, k := range s.appliers {
		if k.TargetNamespace != first {
			return ""
		}
	}
	return first
}

// brings reports whether charts of the bundle come from this repository.
func (s *surroundings) brings(read *rollout.Rollout) bool {
	for _, release := range read.Releases {
		if release.Source.Kind != "GitRepository" {
			continue
		}
		if o := read.Object(release.Source); o != nil && s.flux.Remote(o.Text("spec", "url")) != nil {
			return true
		}
		if slices.ContainsFunc(s.flux.Sources, func(f fluxtree.Source) bool {
			return f.Name == release.Source.Name && f.Namespace == release.Source.Namespace
		}) {
			return true
		}
	}
	return false
}
