package output

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/aicr"
)

// Fleet says what became of the clusters of a fleet file.
func Fleet(made *aicr.FleetResult, dir string, dryRun bool) string {
	groups := map[string]int{}
	for _, c := range made.Clusters {
		groups[fmt.Sprintf("%s: %s", c.Group, c.Bundle)]++
	}
	touched := map[string]bool{}
	for _, file := range slices.Concat(made.Added, made.Changed, made.Removed) {
		if cluster, _, inDir := strings.Cut(file, "/"); inDir {
			touched[cluster] = true
		}
	}
	verb := "Wrote"
	if dryRun {
		verb = "Would write"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d clusters to %s; %d of them change.\n", verb, len(made.Clusters), Place(dir), len(touched))
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		fmt.Fprintf(&b, "  %s (%d)\n", group, groups[group])
	}
	return b.String()
}
