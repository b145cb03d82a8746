package aicr

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/aicr-flux/aicr/internal/fluxtree"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// newcomer is a bundle that is about to be stored, among what the work tree has already.
type newcomer struct {
	*surroundings
	releases []*rollout.Release
	// own is the bundle's directory in the work tree, and output the same as it was named; both are
	// empty for one that is published.
	own, output string
	// owners are the Kustomizations that apply it where it will lie, and there says that an earlier
	// bundle is there, which they apply.
	owners []fluxtree.Kustomization
	there  bool
	// sync is the file, in the work tree, of the Kustomization that this run writes; empty for none.
	// brought says that the file is there.
	sync    string
	brought bool
}

// newcomer is the bundle of this run.
func (r *run) newcomer(releases []*rollout.Release) newcomer {
	n := newcomer{surroundings: r.around, releases: releases}
	if r.around != nil && r.around.git != nil {
		n.own, n.output, n.owners = r.around.git.Path, r.Output, r.around.appliers
		if root, err := os.OpenRoot(r.Output); err == nil {
			n.there = bundleIn(root)
			_ = root.Close()
		}
	}
	n.syncedBy(r.syncPlace)
	return n
}

// syncedBy adds the Kustomization of Sync.
func (n *newcomer) syncedBy(p *syncPlace) {
	if n.surroundings == nil {
		n.surroundings = p.around // a published bundle lies nowhere else
	}
	if p.File == "" || p.around.git == nil || n.git == nil || n.git.Root != p.around.git.Root {
		return
	}
	was, _ := p.owned(true)
	n.sync, n.brought = p.path, was.Kustomization != ""
}

// check refuses a bundle of which another directory, applied in the same cluster, has releases,
// where this run would bring the second owner. Where that is there already, or depends on what no
// file tells, it is a warning. Taken are the directories of the clusters that have releases of the
// bundle from elsewhere.
func (n *newcomer) check(ctx context.Context) (taken, warnings []string, err error) {
	rivals, err := n.rivals(ctx, n.releases, n.own)
	if err != nil {
		return nil, nil, err
	}
	rivals = slices.DeleteFunc(rivals, func(r rival) bool { return r.by.File == n.sync }) // which this run turns to the bundle
	for _, r := range rivals {
		clusters, err := n.flux.Clusters(ctx, r.by.File)
		if err != nil {
			return nil, nil, err
		}
		taken = append(taken, clusters...)
	}
	var problems []error
	for _, r := range rivals {
		where, fresh, err := n.meets(ctx, r)
		if err != nil {
			return nil, nil, err
		}
		has := fmt.Sprintf("%s in %s already, which %s applies", are(r.releases), n.typed(r.dir), describe(r.by))
		effect := "two owners would uninstall each other's"
		if slices.Contains(n.owners, r.by) {
			effect = "no build may have an object twice, so Flux would apply nothing of it any more"
		}
		switch {
		case where == sameCluster && fresh:
			problems = append(problems, errors.New(errors.ErrCodeConflict, "%s in the same cluster; %s; so nothing was written; %s", has, effect, n.inLieu(r)))
		case where == sameCluster:
			warnings = append(warnings, fmt.Sprintf("%s in the same cluster; %s; keep one: set spec.prune: false on the Kustomization of the other, and remove that when Flux has seen it", has, effect))
		case where == unknownCluster && fresh && (n.sync != "" || n.crowded(taken)):
			warnings = append(warnings, fmt.Sprintf("%s; in the same cluster %s; %s", has, effect, n.inLieu(r)))
		}
	}
	return taken, warnings, errors.Join(problems...)
}

// meets says whether the rival is applied in a cluster of the bundle's, and whether this run is what
// brings the bundle there.
func (n *newcomer) meets(ctx context.Context, r rival) (where relation, fresh bool, err error) {
	files := []string{}
	for _, k := range n.owners {
		files = append(files, k.File)
	}
	if n.sync != "" {
		files = append(files, n.sync)
	}
	if len(files) == 0 {
		return unknownCluster, true, nil // nothing applies it yet
	}
	where = otherCluster
	for _, file := range files {
		is, err := n.relate(ctx, file, r.by.File)
		if err != nil {
			return where, false, err
		}
		isFresh := !n.there
		if file == n.sync {
			isFresh = !n.brought
		}
		switch {
		case is == sameCluster:
			where, fresh = sameCluster, fresh || isFresh
		case is == unknownCluster && where == otherCluster:
			where, fresh = unknownCluster, isFresh && file == n.sync
		}
	}
	return where, fresh, nil
}

// inLieu says what to do instead of bringing a second owner.
func (n *newcomer) inLieu(r rival) string {
	dir := n.typed(r.dir)
	if !n.isBundle(r.dir) {
		return "take them out there, or out of the recipe"
	}
	if n.output == "" {
		return fmt.Sprintf("to bring them from a registry from now on, name the file of their Kustomization, which stays their owner: `Sync` %s", n.typed(r.by.File))
	}
	text := fmt.Sprintf("to change that bundle: aicr bundle `Again` %s", dir)
	if len(n.owners) > 0 || r.by.Path != r.dir {
		return text // moved here, it would get another owner
	}
	file := n.typed(r.by.File)
	kept := Sync{File: filepath.Join(n.git.Root, filepath.FromSlash(r.by.File))}
	if was, err := kept.owned(true); err != nil || was.Kustomization == "" {
		return fmt.Sprintf("%s; to move it: %s, and in %s set spec.path to ./%s", text, moved(dir, n.output, ""), file, n.own)
	}
	return text + "; to move it: " + moved(dir, n.output, file)
}

// moved says how a bundle gets to another directory, together with its file of Sync.
func moved(from, to, file string) string {
	steps := fmt.Sprintf("git mv %s %s, then aicr bundle `Again` %s", from, to, to)
	if file != "" {
		steps += " `Sync` " + file
	}
	if _, err := os.Lstat(to); err == nil {
		return fmt.Sprintf("remove %s, then %s", to, steps)
	}
	return steps
}

// crowded reports whether each cluster that is set up from the work tree is among those taken.
func (n *newcomer) crowded(taken []string) bool {
	return !slices.ContainsFunc(n.clusters(), func(k fluxtree.Kustomization) bool { return !slices.Contains(taken, k.Path) })
}
