package images

import (
	"maps"
	"slices"
)

// Named returns the references, complete and sorted, that the objects name, without those in parts
// that are switched off.
func Named(objects []map[string]any) []string {
	all := map[string]bool{}
	for _, o := range objects {
		for _, f := range (Options{}).inObject(o).all {
			if !f.off {
				all[f.reference] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// InValues returns the references, complete and sorted, that the values of a release make. Without
// its chart that is all that can be known, and not all that it needs.
func InValues(composed map[string]any) []string {
	all := map[string]bool{}
	for _, f := range inValues(composed, nil) {
		all[f.reference] = true
	}
	return slices.Sorted(maps.Keys(all))
}
