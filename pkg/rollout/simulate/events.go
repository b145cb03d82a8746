package simulate

import (
	"cmp"
	"container/heap"
	"time"

	"github.com/aicr-flux/aicr/internal/graph"
)

// simulation is a rollout that goes on from event to event.
type simulation struct {
	Options
	releases   []Release
	states     []state
	dependents graph.Graph
	free       int   // workers
	line       []int // releases that are looked at when a worker is free
	events     events
}

// state is where a release stands.
type state struct {
	Outcome
	fetched time.Duration // when its chart is there
	waits   int           // how many of its needs are not ready
	phase   phase         // what it does
	due     time.Duration // when it is looked at next
	clean   time.Duration // when the attempt began on whose work the later ones build
}

type phase int

const (
	// parked: the look at due is one of those that may find nothing, and is not among the events.
	parked phase = iota
	planned
	inLine
	busy
	over
)

// event is a look at a release, or the end of its attempt.
type event struct {
	at      time.Duration
	number  int // the order in which they were noted
	release int
	ends    bool
}

func (s *simulation) note(i int, at time.Duration, ends bool) {
	heap.Push(&s.events, event{at, s.events.noted, i, ends})
}

// plan lets the release be looked at.
func (s *simulation) plan(i int, at time.Duration) {
	s.states[i].phase, s.states[i].due = planned, at
	s.note(i, at, false)
}

func (s *simulation) run() {
	for len(s.events.all) > 0 {
		e := heap.Pop(&s.events).(event)
		switch st := &s.states[e.release]; {
		case e.ends:
			s.end(e.release, e.at)
		case st.phase != planned || st.due != e.at: // it was looked at earlier than planned
		case s.free == 0:
			st.phase = inLine
			s.line = append(s.line, e.release)
		default:
			s.look(e.release, e.at)
		}
	}
}

// look is a worker's look at a release.
func (s *simulation) look(i int, now time.Duration) {
	st := &s.states[i]
	switch {
	case s.releases[i].Suspended:
		st.phase = over
	case st.waits > 0:
		st.phase, st.due = parked, now+look+s.Requeue
	default:
		s.start(i, now)
	}
}

// start begins an attempt.
func (s *simulation) start(i int, now time.Duration) {
	st, r := &s.states[i], &s.releases[i]
	if st.Attempts == 0 {
		st.Start = now
	}
	st.Attempts++
	if st.Attempts <= r.Fails+1 || r.Retry.Interval == 0 {
		st.clean = now
	}
	st.phase = busy
	s.note(i, now+min(s.timeout(i), s.left(i, now)), true)
	s.free--
	if s.free == 0 {
		s.saturated(now)
	}
}

// left is what an attempt that begins now has to wait for; it fails where that is longer than the
// timeout. What became ready between two attempts is found at once.
func (s *simulation) left(i int, now time.Duration) time.Duration {
	if s.states[i].Attempts <= s.releases[i].Fails {
		return s.timeout(i) + 1
	}
	return max(s.states[i].clean+s.releases[i].Time-now, look)
}

// timeout is that of an attempt; below a second nothing gets anywhere.
func (s *simulation) timeout(i int) time.Duration {
	return max(cmp.Or(s.releases[i].Timeout, defaultTimeout), time.Second)
}

// saturated plans the looks that were left out of the events: they get in line now.
func (s *simulation) saturated(now time.Duration) {
	for i := range s.states {
		if s.states[i].phase == parked {
			s.plan(i, s.next(i, now))
		}
	}
}

// next is the first planned look at a parked release that is not before now.
func (s *simulation) next(i int, now time.Duration) time.Duration {
	due, every := s.states[i].due, look+s.Requeue
	if due < now {
		due += (now - due + every - 1) / every * every
	}
	return due
}

// end ends an attempt, and gives the worker to who is in line.
func (s *simulation) end(i int, now time.Duration) {
	s.free++
	if s.failed(i, now) {
		s.again(i, now)
	} else {
		s.ready(i, now)
	}
	for s.free > 0 && len(s.line) > 0 {
		first := s.line[0]
		s.line = s.line[1:]
		s.look(first, now)
	}
}

// failed reports whether the attempt that ends now was given up.
func (s *simulation) failed(i int, now time.Duration) bool {
	st, r := &s.states[i], &s.releases[i]
	return st.Attempts <= r.Fails || st.clean+r.Time > now
}

// again plans what follows a failed attempt, if anything.
func (s *simulation) again(i int, now time.Duration) {
	st, r := &s.states[i], &s.releases[i]
	endless := r.Retry.Attempts < 0 && r.Time <= s.timeout(i)
	switch {
	case r.Retry.Interval > 0:
		s.plan(i, now+max(r.Retry.Interval, time.Second))
	case endless, st.Attempts <= r.Retry.Attempts:
		s.plan(i, now+finalized)
	default:
		st.phase = over
	}
}

// ready lets dependents go.
func (s *simulation) ready(i int, now time.Duration) {
	s.states[i].Ready, s.states[i].phase = now, over
	for _, d := range s.dependents[i] {
		st := &s.states[d]
		st.waits--
		if st.waits > 0 {
			continue
		}
		st.Free = now
		if st.phase == parked {
			s.plan(d, s.next(d, now))
		}
		if soon := now + wake; s.releases[d].Woken && st.phase == planned && soon < st.due && soon >= st.fetched {
			s.plan(d, soon)
		}
	}
}

// events is a heap, the earliest first.
type events struct {
	all   []event
	noted int
}

func (e *events) Len() int      { return len(e.all) }
func (e *events) Swap(i, j int) { e.all[i], e.all[j] = e.all[j], e.all[i] }
func (e *events) Less(i, j int) bool {
	a, b := e.all[i], e.all[j]
	return a.at < b.at || a.at == b.at && a.number < b.number
}
func (e *events) Push(x any) { e.all, e.noted = append(e.all, x.(event)), e.noted+1 }
func (e *events) Pop() any {
	last := e.all[len(e.all)-1]
	e.all = e.all[:len(e.all)-1]
	return last
}
