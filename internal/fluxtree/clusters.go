package fluxtree

import (
	"context"
	"maps"
	"slices"
)

// Clusters are the directories by which the clusters are set up in which a file is applied, sorted:
// those of flux bootstrap and flux-operator that lead to it, over other Kustomizations too. Of a
// file that nothing leads to yet, it is the one that it lies in. There may be none.
func (t *Tree) Clusters(ctx context.Context, file string) ([]string, error) {
	found := map[string]bool{}
	if err := t.lead(ctx, file, found, map[string]bool{}); err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return slices.Sorted(maps.Keys(found)), nil
	}
	nearest := ""
	for _, k := range t.Kustomizations {
		if k.First && Within(k.Path, file) && len(k.Path) > len(nearest) {
			nearest = k.Path
		}
	}
	if nearest == "" {
		return nil, nil
	}
	return []string{nearest}, nil
}

// lead follows the Kustomizations that apply a file up to those by which clusters are set up.
func (t *Tree) lead(ctx context.Context, file string, found, seen map[string]bool) error {
	if seen[file] {
		return nil
	}
	seen[file] = true
	appliers, err := t.Appliers(ctx, file, false)
	if err != nil {
		return err
	}
	for _, k := range t.Kustomizations {
		if k.First && k.File == file {
			found[k.Path] = true // flux-operator may be told from anywhere
		}
	}
	for _, k := range appliers {
		if k.First {
			found[k.Path] = true
			continue
		}
		if err := t.lead(ctx, k.File, found, seen); err != nil {
			return err
		}
	}
	return nil
}
