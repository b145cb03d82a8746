package simulate_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/rollout/simulate"
)

const (
	s = time.Second
	m = time.Minute
	// first is when a chart that is fetched first is there, and every is between two looks.
	first = 2500 * time.Millisecond
	every = 30100 * time.Millisecond
)

func rel(name string, needs ...int) simulate.Release {
	return simulate.Release{Name: name, Needs: needs, Time: s}
}

// with changes a release.
func with(r simulate.Release, change func(*simulate.Release)) simulate.Release {
	change(&r)
	return r
}

func TestStarts(t *testing.T) {
	long := func(name string, needs ...int) simulate.Release {
		return with(rel(name, needs...), func(r *simulate.Release) { r.Time = 2 * m })
	}
	for _, c := range []struct {
		name     string
		releases []simulate.Release
		options  simulate.Options
		want     []time.Duration
	}{
		{"a release starts when its chart is there", []simulate.Release{rel("a")}, simulate.Options{}, []time.Duration{first}},
		{"a slow server", []simulate.Release{rel("a")}, simulate.Options{Fetch: 10 * s}, []time.Duration{first + 9*s}},
		{"source-watcher makes the chart", []simulate.Release{with(rel("a"), func(r *simulate.Release) { r.Composed = true })}, simulate.Options{}, []time.Duration{first + s}},
		{"charts are fetched by name, two at once", []simulate.Release{rel("c"), rel("b"), rel("a")}, simulate.Options{}, []time.Duration{first + s, first + 50*time.Millisecond, first}},
		{"a dependent is looked at an interval later", []simulate.Release{rel("a"), rel("b", 0)}, simulate.Options{}, []time.Duration{first, first + 50*time.Millisecond + every}},
		{"another interval", []simulate.Release{rel("a"), rel("b", 0)}, simulate.Options{Requeue: 5 * s}, []time.Duration{first, first + 5150*time.Millisecond}},
		{"a name that comes late is in the same round", []simulate.Release{rel("a"), rel("b"), rel("c"), rel("d", 0)}, simulate.Options{}, []time.Duration{first, first + 50*time.Millisecond, first + s, first + 1050*time.Millisecond}},
		{"a name that comes early is in the next", []simulate.Release{rel("a", 1), rel("b")}, simulate.Options{}, []time.Duration{first + every, first + 50*time.Millisecond}},
		{"it waits for the last one", []simulate.Release{rel("a"), long("b"), rel("c", 0, 1)}, simulate.Options{}, []time.Duration{first, first + 50*time.Millisecond, first + s + 4*every}},
		{"workers are held", []simulate.Release{long("a"), long("b")}, simulate.Options{Workers: 1}, []time.Duration{first, first + 2*m}},
		{
			"who is in line is looked at as soon as a worker is free, and not at its next look",
			[]simulate.Release{long("a"), rel("b", 0)},
			simulate.Options{Workers: 1},
			[]time.Duration{first, first + 2*m},
		},
		{"a wake-up", []simulate.Release{rel("a"), with(rel("b", 0), func(r *simulate.Release) { r.Woken = true })}, simulate.Options{}, []time.Duration{first, first + 1200*time.Millisecond}},
		{
			"a wake-up before the chart is there",
			[]simulate.Release{with(rel("a"), func(r *simulate.Release) { r.Time = 10 * time.Millisecond }), rel("b"), rel("c"), rel("d"), with(rel("e", 0), func(r *simulate.Release) { r.Woken = true })},
			simulate.Options{},
			[]time.Duration{first, first + 50*time.Millisecond, first + s, first + s + 50*time.Millisecond, first + 2*s},
		},
		{"what waits for itself, and what waits for that, never starts", []simulate.Release{rel("a", 1), rel("b", 0), rel("c", 0), rel("d")}, simulate.Options{}, []time.Duration{simulate.Never, simulate.Never, simulate.Never, first + 1050*time.Millisecond}},
		{"a suspended release", []simulate.Release{with(rel("a"), func(r *simulate.Release) { r.Suspended = true }), rel("b", 0)}, simulate.Options{}, []time.Duration{simulate.Never, simulate.Never}},
	} {
		got := make([]time.Duration, len(c.releases))
		for i, out := range simulate.Run(c.releases, c.options).Releases {
			got[i] = out.Start
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestRetries(t *testing.T) {
	again := simulate.Retry{Interval: 2 * m}
	for _, c := range []struct {
		name     string
		release  simulate.Release
		took     time.Duration
		attempts int
	}{
		{"in time", simulate.Release{Time: 15 * m, Timeout: 15 * m}, 15 * m, 1},
		{"fails twice", simulate.Release{Time: m, Timeout: 15 * m, Fails: 2, Retry: again}, 35 * m, 3},
		{"what takes longer than an attempt goes on in the next", simulate.Release{Time: 25 * m, Timeout: 15 * m, Retry: again}, 25 * m, 2},
		{"what is ready between attempts is found by the next", simulate.Release{Time: 16 * m, Timeout: 15 * m, Retry: again}, 17*m + 100*time.Millisecond, 2},
		{"no retry", simulate.Release{Time: m, Timeout: 15 * m, Fails: 1}, simulate.Never, 1},
		{"the timeout of helm-controller", simulate.Release{Time: 6 * m}, simulate.Never, 1},
		{"anew after it is uninstalled", simulate.Release{Time: m, Timeout: 5 * m, Fails: 1, Retry: simulate.Retry{Attempts: 1}}, 6*m + 750*time.Millisecond, 2},
		{"too few retries", simulate.Release{Time: m, Timeout: 5 * m, Fails: 3, Retry: simulate.Retry{Attempts: 2}}, simulate.Never, 3},
		{"retries without end", simulate.Release{Time: m, Timeout: 5 * m, Fails: 4, Retry: simulate.Retry{Attempts: -1}}, 21*m + 3*s, 5},
		{"retries without end that never have the time", simulate.Release{Time: 10 * m, Timeout: 5 * m, Retry: simulate.Retry{Attempts: -1}}, simulate.Never, 1},
	} {
		out := simulate.Run([]simulate.Release{c.release}, simulate.Options{}).Releases[0]
		took := simulate.Never
		if out.Ready != simulate.Never {
			took = out.Ready - out.Start
		}
		if took != c.took || out.Attempts != c.attempts {
			t.Errorf("%s: %s in %d attempts, want %s in %d", c.name, took, out.Attempts, c.took, c.attempts)
		}
	}
}

func TestCriticalPath(t *testing.T) {
	r := simulate.Run([]simulate.Release{
		rel("a"), with(rel("b"), func(r *simulate.Release) { r.Time = m }), rel("c", 0, 1), rel("d", 0), rel("e", 2),
	}, simulate.Options{})
	if got := fmt.Sprint(r.Path); got != "[1 2 4]" || r.Ready != r.Releases[4].Ready {
		t.Errorf("%s until %s", got, r.Ready)
	}
	if r = simulate.Run(nil, simulate.Options{}); r.Ready != 0 || r.Path != nil {
		t.Errorf("nothing: %v", r)
	}
	if r = simulate.Run([]simulate.Release{rel("a"), rel("b", 1)}, simulate.Options{}); r.Ready != simulate.Never || fmt.Sprint(r.Path) != "[0]" {
		t.Errorf("a cycle: %v", r)
	}
}

// TestRolloutsKeepTheRules plays random rollouts: who starts has all that it needs, no more install
// at once than there are workers, and who has a worker starts at one of its own looks.
func TestRolloutsKeepTheRules(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		releases := make([]simulate.Release, 1+random.IntN(30))
		for i := range releases {
			releases[i] = rel(fmt.Sprint(random.IntN(1000)))
			releases[i].Woken = random.IntN(2) == 0
			releases[i].Time = time.Duration(random.IntN(200_000)) * time.Millisecond
			for n := range i {
				if random.IntN(4) == 0 {
					releases[i].Needs = append(releases[i].Needs, n)
				}
			}
		}
		o := simulate.Options{Workers: 1 + random.IntN(6)}
		r := simulate.Run(releases, o)
		var starts, ends []time.Duration
		for i, out := range r.Releases {
			if out.Ready == simulate.Never || out.Ready != out.Start+max(releases[i].Time, 100*time.Millisecond) {
				t.Fatalf("%v: %v", releases[i], out)
			}
			for _, n := range releases[i].Needs {
				if r.Releases[n].Ready > out.Start {
					t.Fatalf("%d starts at %s, and %d is ready at %s", i, out.Start, n, r.Releases[n].Ready)
				}
			}
			starts, ends = append(starts, out.Start), append(ends, out.Ready)
		}
		for _, at := range starts {
			running := 0
			for i := range starts {
				if starts[i] <= at && at < ends[i] {
					running++
				}
			}
			if running > o.Workers {
				t.Fatalf("%d install at once on %d workers", running, o.Workers)
			}
		}
		alone := simulate.Run(releases, simulate.Options{Workers: len(releases) + 1})
		for i, out := range alone.Releases {
			if wait := out.Start - out.Free; wait > every && out.Free > 0 && out.Start > 20*s {
				t.Fatalf("%d waits %s for its next look", i, wait)
			}
		}
		if diff := cmp.Diff(r, simulate.Run(slices.Clone(releases), o)); diff != "" {
			t.Fatalf("two runs differ:\n%s", diff)
		}
	}
}
