package simulate

import (
	"cmp"
	"slices"
	"time"

	"github.com/aicr-flux/aicr/internal/graph"
)

// Release is one release of the rollout.
type Release struct {
	// Name is what the controllers order releases by.
	Name string
	// Needs are the indexes of the releases that it waits for.
	Needs []int
	// Time is how long it takes from the start of the install until it is ready.
	Time time.Duration
	// Fails is how many attempts fail, each after Timeout, before one takes Time.
	Fails int
	// Timeout ends an attempt (default 5m, as helm-controller's).
	Timeout time.Duration
	Retry   Retry
	// Suspended says that helm-controller leaves it alone, so that it never becomes ready.
	Suspended bool
	// Composed says that source-watcher makes its chart.
	Composed bool
	// Woken says that it is looked at as soon as a release that it needs is ready.
	Woken bool
}

// Retry is what becomes of a failed install.
type Retry struct {
	// Interval is the wait before the next attempt, an upgrade of what is there; 0 is a strategy
	// other than RetryOnFailure.
	Interval time.Duration
	// Attempts is how often a failed install is uninstalled and tried anew under that other
	// strategy; below 0 without end.
	Attempts int
}

// The defaults of helm-controller, of which the first two can be set by its flags.
const (
	DefaultRequeue = 30 * time.Second
	DefaultWorkers = 4
	defaultTimeout = 5 * time.Minute
)

// Options are the settings of the controllers. The zero value is theirs.
type Options struct {
	// Requeue is --requeue-dependency, Workers --concurrent.
	Requeue time.Duration
	Workers int
	// Fetch is how long source-controller takes to fetch a chart (default 1s).
	Fetch time.Duration
}

// Never is the time of what does not happen.
const Never = time.Duration(-1)

// Outcome is what became of a release. Times count from when Flux applies the bundle.
type Outcome struct {
	// Wave is how many releases stand on the longest way to it, itself included; 0 on a cycle.
	Wave int
	// Free is when all that it needs is ready, Start when its install begins, and Ready when it is
	// ready; each may be Never.
	Free, Start, Ready time.Duration
	// Attempts counts installs.
	Attempts int
}

// Result is a whole rollout.
type Result struct {
	// Releases are the outcomes, with the indexes of the releases.
	Releases []Outcome
	// Ready is when the last one is ready; Never where one never is.
	Ready time.Duration
	// Path is the critical path: the release that is ready last, before it the one that it waited
	// for longest, and so on; the first stands first. Releases that never become ready do not count.
	Path []int
}

// Run plays the rollout.
func Run(releases []Release, o Options) Result {
	o.Requeue, o.Workers, o.Fetch = cmp.Or(o.Requeue, DefaultRequeue), cmp.Or(o.Workers, DefaultWorkers), cmp.Or(o.Fetch, time.Second)
	needs := make(graph.Graph, len(releases))
	for i := range releases {
		needs[i] = releases[i].Needs
	}
	s := &simulation{Options: o, releases: releases, states: make([]state, len(releases)), dependents: needs.Dependents(), free: o.Workers}
	waves, fetched := needs.Waves(), s.fetched()
	for i := range s.states {
		s.states[i] = state{fetched: fetched[i], waits: len(needs[i]), Outcome: Outcome{Wave: waves[i], Free: Never, Start: Never, Ready: Never}}
		if len(needs[i]) == 0 {
			s.states[i].Free = 0
		}
		s.plan(i, fetched[i])
	}
	s.run()
	return s.result()
}

func (s *simulation) result() Result {
	r := Result{Releases: make([]Outcome, len(s.states))}
	last, stuck := -1, false
	for i := range s.states {
		r.Releases[i] = s.states[i].Outcome
		if ready := r.Releases[i].Ready; ready == Never {
			stuck = true
		} else if last < 0 || ready > r.Ready {
			last, r.Ready = i, ready
		}
	}
	for at := last; at >= 0; {
		r.Path = append(r.Path, at)
		before := -1
		for _, n := range s.releases[at].Needs {
			if before < 0 || r.Releases[n].Ready > r.Releases[before].Ready {
				before = n
			}
		}
		at = before
	}
	slices.Reverse(r.Path)
	if stuck {
		r.Ready = Never
	}
	return r
}
