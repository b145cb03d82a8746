package chartpull

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"github.com/agnivade/levenshtein"
	"helm.sh/helm/v4/pkg/repo/v1"

	"github.com/aicr-flux/aicr/internal/registryhttp"
)

// shown is how many names or versions a message lists.
const shown = 5

// nearestNames lists the names of charts that are most like the one asked for.
func nearestNames(name string, entries map[string]repo.ChartVersions) string {
	if len(entries) == 0 {
		return "its index lists no charts"
	}
	distance := map[string]int{}
	for n := range entries {
		distance[n] = levenshtein.ComputeDistance(name, n)
	}
	names := slices.SortedFunc(maps.Keys(entries), func(a, b string) int {
		return cmp.Or(distance[a]-distance[b], strings.Compare(a, b))
	})
	return fmt.Sprintf("the nearest of its %d are %s", len(names), clean(names[:min(shown, len(names))]))
}

// nearestVersions lists the newest versions, and those around the one asked for. versions are
// sorted, the newest first.
func nearestVersions(r *request, versions []string) string {
	if len(versions) == 0 {
		return "there is no version of it at all"
	}
	says := "the newest are " + clean(versions[:min(shown, len(versions))])
	asked, err := semver.NewVersion(r.version)
	at := slices.IndexFunc(versions, func(text string) bool {
		v, invalid := semver.NewVersion(text)
		return err == nil && invalid == nil && v.LessThan(asked)
	})
	if at >= shown {
		says += "; the nearest are " + clean(versions[at-2:min(at+2, len(versions))])
	}
	return says
}

func clean(words []string) string { return registryhttp.Clean(strings.Join(words, ", ")) }
