package aicr

import (
	"context"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/fluxtree"
	"github.com/aicr-flux/aicr/internal/worktree"
	"github.com/aicr-flux/aicr/pkg/deployer"
)

// toCommit is what the last commit does not have of this run, as somebody would type it here: what
// the bundle is made from, the bundle, and the file of Sync where Flux applies that.
func (r *run) toCommit(ctx context.Context, out *deployer.Output) ([]string, error) {
	git := r.around.git
	if git == nil {
		return nil, nil
	}
	all := append(r.sources(git), git.Path)
	written := map[string]bool{git.Path: len(out.Added)+len(out.Changed)+len(out.Removed) > 0}
	if p := r.syncPlace; r.synced != nil && (p.applied || p.unlisted != "") && p.with(r.around) {
		all = append(all, p.path)
		written[p.path] = out.SyncFile.State != deployer.Unchanged
	}
	var typed []string
	for _, p := range all {
		committed, err := git.Committed(ctx, p)
		if err != nil {
			return nil, err
		}
		if !committed || r.DryRun && written[p] {
			typed = append(typed, r.around.typed(p))
		}
	}
	return typed, nil
}

// sources are the paths in the work tree that the bundle is made from: directories, and files where
// the directory has the bundle, too.
func (r *run) sources(git *worktree.Place) []string {
	var found []string
	add := func(file string) {
		rel, err := filepath.Rel(git.Root, resolved(file))
		if p := filepath.ToSlash(rel); err == nil && filepath.IsLocal(rel) && !fluxtree.Within(git.Path, p) && !fluxtree.Within(p, git.Path) {
			found = append(found, p)
		}
	}
	for _, root := range r.roots {
		if rel, err := filepath.Rel(resolved(root.dir), filepath.Join(git.Root, filepath.FromSlash(git.Path))); err != nil || !filepath.IsLocal(rel) {
			if root.ofRecipe || len(root.read) > 0 {
				add(root.dir)
			}
			continue
		}
		if root.ofRecipe {
			add(r.Recipe)
		}
		for _, name := range slices.Sorted(maps.Keys(root.read)) {
			top, _, _ := strings.Cut(path.Clean(name), "/")
			add(filepath.Join(root.dir, top))
		}
	}
	for _, a := range r.SetFile {
		if file, ok := a.Value.(string); ok {
			add(file)
		}
	}
	var all []string
	for _, p := range found {
		if !slices.ContainsFunc(found, func(dir string) bool { return dir != p && fluxtree.Within(dir, p) }) && !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// commit is the step in which somebody commits what the list names.
func commit(list []string, to, then string) string {
	switch len(list) {
	case 0:
		return "Nothing to commit" + then
	case 1:
		return "Commit " + list[0] + to + " and push it" + then
	}
	return "Commit " + and(list) + to + ", and push them" + then
}

// and joins two or more.
func and(list []string) string {
	last := len(list) - 1
	return strings.Join(list[:last], ", ") + " and " + list[last]
}
