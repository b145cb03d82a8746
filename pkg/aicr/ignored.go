package aicr

import (
	"context"
	"fmt"
	"path"

	"github.com/aicr-flux/aicr/internal/worktree"
	"github.com/aicr-flux/aicr/pkg/bundle"
)

// ignored warns of what git leaves out, so that no commit brings it to Flux: the whole bundle, some
// files of it, and the file of Sync.
func (r *run) ignored(ctx context.Context, files *bundle.Files) (warnings []string, err error) {
	switch {
	case r.around == nil:
	case r.around.ignored != "":
		if r.OCISourceName == "" {
			warnings = append(warnings, fmt.Sprintf("git ignores %s (%s), so no commit brings the bundle to Flux; write it elsewhere, or change that rule", r.Output, r.around.ignored))
		}
	case r.around.git != nil:
		left, err := leftOut(ctx, r.around.git, r.around.git.Path, r.paths(files))
		if err != nil {
			return nil, err
		}
		if len(left) > 0 {
			warnings = append(warnings, fmt.Sprintf("git ignores %s of the bundle (%s), so a commit has a bundle that is not whole; change the rule, or add them by git add -f", plural(len(left), "file"), firstOf(left)))
		}
	}
	if rule, err := r.syncPlace.ignored(ctx); err != nil || rule != "" {
		return append(warnings, fmt.Sprintf("git ignores %s, so no commit brings it to Flux; change the rule, or add it by git add -f", rule)), err
	}
	return warnings, nil
}

// paths are those of the files that the bundle will have.
func (r *run) paths(files *bundle.Files) []string {
	var all []string
	for file := range files.All() {
		all = append(all, file.Path)
	}
	if !r.NoChecksums {
		all = append(all, bundle.ChecksumsFile)
	}
	return all
}

// ignored returns the file of Sync with the rule by which git leaves it out.
func (p *syncPlace) ignored(ctx context.Context) (string, error) {
	switch {
	case p.File == "":
		return "", nil
	case p.around.ignored != "":
		return p.File + " by " + p.around.ignored, nil
	case p.around.git == nil:
		return "", nil
	}
	left, err := leftOut(ctx, p.around.git, p.around.git.Path, []string{path.Base(p.path)})
	if err != nil || len(left) == 0 {
		return "", err
	}
	return left[0], nil
}

// leftOut are those of the files in a directory that git leaves out, each with the rule.
func leftOut(ctx context.Context, git *worktree.Place, dir string, files []string) ([]string, error) {
	paths := make([]string, len(files))
	for i, file := range files {
		paths[i] = path.Join(dir, file)
	}
	ignored, err := git.IgnoredOf(ctx, paths)
	var all []string
	for _, i := range ignored {
		all = append(all, i.Path+" by "+i.Rule)
	}
	return all, err
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
