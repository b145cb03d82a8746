package aicr

import (
	"context"
	"fmt"
	"path"
	"slices"

	"github.com/aicr-flux/aicr/internal/fluxtree"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// registered refuses what Sync asks for where the names are taken.
func (r *run) registered(ctx context.Context) error {
	switch {
	case r.synced != nil:
		return r.syncPlace.registered(ctx, r.synced)
	case r.published():
		return r.publication().registered(ctx)
	}
	return nil
}

func (p *publication) registered(ctx context.Context) error {
	if p.Sync.File == "" {
		return nil
	}
	example := p.source()
	example.Tag = "tag"
	synced, err := p.tool.Sync(example)
	if err != nil {
		return errors.In(err, "`Sync`")
	}
	return p.place.registered(ctx, synced)
}

// registered refuses objects that another file of the same cluster has already. A build of Flux that
// takes in both files fails; elsewhere the later object takes the place of the earlier one, and
// what that brought is removed.
func (p *syncPlace) registered(ctx context.Context, synced *deployer.Synced) error {
	if p.around.git == nil {
		return nil
	}
	all, err := p.around.flux.Registered(ctx, p.path, synced.YAML)
	if err != nil || len(all) == 0 {
		return err
	}
	builders, err := p.builders(ctx)
	if err != nil {
		return err
	}
	for _, there := range all {
		others, err := p.around.flux.Appliers(ctx, there.File, false)
		if err != nil {
			return err
		}
		together := slices.IndexFunc(builders, func(k fluxtree.Kustomization) bool { return slices.Contains(others, k) })
		where, err := p.around.relate(ctx, there.File, p.path)
		if err != nil {
			return err
		}
		effect := "this one would take its place in the cluster, and what it brings would be removed"
		switch {
		case together >= 0:
			effect = fmt.Sprintf("the build of %s, which takes in both files, would fail", describe(builders[together]))
		case there.Same, where == otherCluster:
			continue
		}
		return errors.New(errors.ErrCodeConflict, "`Sync` %s would have the %s %s, which %s has already: %s; nothing was written; %s",
			p.File, there.Kind, there.Name, there.File, effect, remedy(there.Kind, there.Same))
	}
	return nil
}

// builders are the Kustomizations that take in the file of Sync, also once it is listed.
func (p *syncPlace) builders(ctx context.Context) ([]fluxtree.Kustomization, error) {
	if p.unlisted != "" {
		return p.around.flux.Appliers(ctx, path.Dir(p.unlisted), true)
	}
	return p.around.flux.Appliers(ctx, p.path, false)
}

// remedy says how the names become different.
func remedy(kind string, same bool) string {
	switch {
	case kind == "OCIRepository":
		return "give each artifact a source of its own name with `OCISourceName`"
	case kind == "GitRepository" && same:
		return "use that one with `GitSourceName`"
	case kind == "GitRepository":
		return "give that one another name"
	}
	return "write the bundle to another directory, or remove that one first with pruning off (spec.prune: false)"
}
