package aicr

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/fluxtree"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// rival is another directory of the work tree that has releases of a bundle, with a Kustomization
// that applies it.
type rival struct {
	dir      string
	releases []string
	by       fluxtree.Kustomization
}

// rivals are the directories that have releases of a bundle, but for the bundle's own, which is
// empty for one that is not in the work tree.
func (s *surroundings) rivals(ctx context.Context, releases []*rollout.Release, own string) ([]rival, error) {
	if s == nil || s.flux == nil {
		return nil, nil
	}
	wanted := map[string]bool{}
	for _, r := range releases {
		wanted[r.Namespace+"/"+r.Name] = true
	}
	written, err := s.flux.Releases(ctx)
	if err != nil {
		return nil, err
	}
	homes := map[string][]fluxtree.Release{}
	for _, w := range written {
		if wanted[w.Namespace+"/"+w.Name] && (own == "" || !fluxtree.Within(own, w.File)) {
			dir := s.flux.Home(w.File)
			homes[dir] = append(homes[dir], w)
		}
	}
	var all []rival
	for _, dir := range slices.Sorted(maps.Keys(homes)) {
		appliers, err := s.flux.Appliers(ctx, homes[dir][0].File, false)
		if err != nil {
			return nil, err
		}
		var names []string
		for _, w := range homes[dir] {
			names = append(names, w.Name)
		}
		for _, k := range appliers {
			all = append(all, rival{dir, names, k})
		}
	}
	return all, nil
}

// isBundle reports whether a directory of the work tree has a bundle, which Again makes once more.
func (s *surroundings) isBundle(dir string) bool {
	root, err := os.OpenRoot(filepath.Join(s.git.Root, filepath.FromSlash(dir)))
	if err != nil {
		return false
	}
	defer root.Close()
	return bundleIn(root)
}

func are(releases []string) string {
	if len(releases) == 1 {
		return "the release " + releases[0] + " of this bundle is"
	}
	const most = 3
	names := strings.Join(releases[:min(most, len(releases))], ", ")
	if len(releases) > most {
		names += ", …"
	}
	return fmt.Sprintf("%d releases of this bundle (%s) are", len(releases), names)
}
