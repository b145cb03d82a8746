package simulate

import (
	"slices"
	"strings"
	"time"
)

// How long steps take that no option changes. They are orders of magnitude, read from the
// controllers' sources or seen on them.
const (
	// applied is between two objects that kustomize-controller applies: some HelmReleases a second
	// or so, whatever the machine.
	applied = 50 * time.Millisecond
	// finalized is what a controller waits after it has put its finalizer on a new object: it asks
	// for the object again through the rate limiter, whose first delay this is.
	finalized = 750 * time.Millisecond
	// composed is what source-watcher adds: a generator that waits for its source, and a chart that
	// is packed and stored once more.
	composed = time.Second
	// fetchers is --concurrent of source-controller.
	fetchers = 2
	// look is how long a look takes that finds a dependency not ready: two patches and an event.
	look = 100 * time.Millisecond
	// wake is from a release that becomes ready to the look at one that waits for it, through
	// notification-controller.
	wake = 200 * time.Millisecond
)

// fetched is when the chart of each release becomes ready and wakes it: applied in the order of
// names, asked for at the release's first look, and fetched by a few at once.
func (s *simulation) fetched() []time.Duration {
	order := make([]int, len(s.releases))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(s.releases[a].Name, s.releases[b].Name) })
	at := make([]time.Duration, len(order))
	var busy [fetchers]time.Duration
	for rank, i := range order {
		asked := time.Duration(rank)*applied + 2*finalized
		if s.releases[i].Composed {
			asked += composed
		}
		one := &busy[rank%fetchers]
		*one = max(*one, asked) + s.Fetch
		at[i] = *one
	}
	return at
}
