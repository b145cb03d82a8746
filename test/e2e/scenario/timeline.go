package scenario

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/aicr-flux/aicr/test/e2e/cluster"
)

// Moment is when a revision of a release was seen the first time: Started while Helm was at it or
// done, Ready when it was ready for the generation of the HelmRelease.
type Moment struct {
	Release        string
	Revision       int
	ChartVersion   string
	Started, Ready time.Time
}

// timeline is what the scenario has seen of the releases since it began.
type timeline struct {
	mu      sync.Mutex
	moments map[string]*Moment
}

// record watches the releases until the scenario ends.
func (s *S) record() {
	s.timeline.moments = map[string]*Moment{}
	go func() {
		_ = s.follow(s.ctx, &helmv2.HelmReleaseList{}, func(objects Objects) bool {
			s.timeline.note(objects)
			return false
		})
	}()
}

func (l *timeline) note(objects Objects) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for name, object := range objects {
		release, ok := object.(*helmv2.HelmRelease)
		if !ok || release.Status.History.Latest() == nil {
			continue
		}
		latest := release.Status.History.Latest()
		key := fmt.Sprintf("%s %d", name, latest.Version)
		m := l.moments[key]
		if m == nil {
			m = &Moment{Release: name, Revision: latest.Version, ChartVersion: latest.ChartVersion, Started: latest.FirstDeployed.Time}
			if latest.Version > 1 {
				m.Started = latest.LastDeployed.Time
			}
			l.moments[key] = m
		}
		if m.Ready.IsZero() && NotReady(release) == "" {
			m.Ready = time.Now()
		}
	}
}

// Timeline returns the moments so far, in the order in which the revisions were started. Helm keeps
// whole seconds.
func (s *S) Timeline() []Moment {
	s.Helper()
	// The watch may not have told yet what others have seen.
	current := Objects{}
	for name, release := range s.Releases() {
		current[name] = release
	}
	s.timeline.note(current)
	s.timeline.mu.Lock()
	defer s.timeline.mu.Unlock()
	var all []Moment
	for _, m := range s.timeline.moments {
		all = append(all, *m)
	}
	slices.SortFunc(all, func(a, b Moment) int { return a.Started.Compare(b.Started) })
	return all
}

// InOrder fails the scenario where a release of the bundle began its newest revision before the
// newest revision of one that it depends on was begun, or, by the clock of the scenario, before that
// was ready. Releases in skip are not looked at.
func (s *S) InOrder(b *Bundle, skip ...string) {
	s.Helper()
	newest := map[string]Moment{}
	for _, m := range s.Timeline() {
		if m.Revision >= newest[m.Release].Revision {
			newest[m.Release] = m
		}
	}
	for _, release := range b.Output.Releases {
		for _, name := range release.DependsOn {
			after, before := newest[release.Name], newest[name]
			if slices.Contains(skip, release.Name) || slices.Contains(skip, name) {
				continue
			}
			// What is seen as ready within a second may have been ready in the second before.
			if after.Started.Before(before.Started) || after.Started.Add(time.Second).Before(before.Ready.Truncate(time.Second)) {
				s.Errorf("%s revision %d began at %s, and %s revision %d, on which it depends, was ready at %s", after.Release, after.Revision,
					after.Started.Format(time.TimeOnly), before.Release, before.Revision, before.Ready.Format(time.StampMilli))
			}
		}
	}
}

// Events returns the events about an object of Flux's namespace, the oldest first.
func (s *S) Events(kind, name string) (all []corev1.Event) {
	s.Helper()
	list := &corev1.EventList{}
	s.must(s.Client.List(s.ctx, list, client.InNamespace(s.Namespace)))
	for _, event := range list.Items {
		if event.InvolvedObject.Kind == kind && event.InvolvedObject.Name == name {
			all = append(all, event)
		}
	}
	slices.SortFunc(all, func(a, b corev1.Event) int { return a.LastTimestamp.Compare(b.LastTimestamp.Time) })
	return all
}

// Reconciles returns how often helm-controller has looked at each release.
func (s *S) Reconciles() map[string]int {
	s.Helper()
	counts, err := s.Cluster.Reconciles(s.ctx, cluster.HelmController, s.Namespace)
	s.must(err)
	return counts
}

// LookedAt waits until helm-controller has looked at a release once more. It counts what changes
// nothing, too, so that there is nothing to watch.
func (s *S) LookedAt(release string) {
	s.Helper()
	before := s.Reconciles()[release]
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	for s.Reconciles()[release] == before {
		if pause(ctx) != nil {
			s.Fatalf("nobody looks at release %s", release)
		}
	}
}

// Sum adds up counts.
func Sum(counts map[string]int) (n int) {
	for count := range maps.Values(counts) {
		n += count
	}
	return n
}
