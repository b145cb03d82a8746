package e2e_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/test/corpus"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// receiver is where notification-controller takes webhooks in by default, and where a bundle's
// releases wake each other.
const receiver = 9292

// Releases wake each other in OCI mode, in both orders. TestPlan shows it in Git mode.
func TestEventDriven(t *testing.T) {
	for _, order := range []string{"chain", "graph"} {
		t.Run(order, func(t *testing.T) {
			s := scenario.New(t, scenario.Options{Alone: true, Cluster: cluster.Options{ReceiverPort: receiver}})
			rec := corpus.Largest(t)
			o := aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}}
			o.EventDriven, o.Ordering, o.OCISourceName = true, order, "aicr-bundle"
			b := s.BundleWith(o, scenario.Chart{Instant: true})
			start := time.Now()
			s.Rollout(b)
			s.Checked("%d releases in %.1f s", len(b.Releases()), time.Since(start).Seconds())
			s.InOrder(b)
			s.Checked("each after what it depends on")
		})
	}
}

// rounds is how often everything is upgraded.
const rounds = 20

// No release waits for the clock in any of many rollouts: the event that wakes it comes after what
// it waits for is stored as ready.
func TestEventDrivenUpgrades(t *testing.T) {
	s := scenario.New(t, scenario.Options{Alone: true, Cluster: cluster.Options{ReceiverPort: receiver}})
	rec := corpus.Largest(t)
	o := aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}}
	o.EventDriven = true
	b := s.BundleWith(o, scenario.Chart{Instant: true})
	s.Rollout(b)
	var all []time.Duration
	for round := range rounds {
		o.Set = nil
		var same []string // charts of manifests that read no values
		for _, release := range b.Output.Releases {
			if release.Source == "local" {
				same = append(same, release.Name)
			} else {
				o.Set = append(o.Set, aicr.Assignment{Component: release.Name, Path: "round", Value: round})
			}
		}
		b = s.BundleWith(o, scenario.Chart{Instant: true})
		start := time.Now()
		s.Rollout(b)
		all = append(all, time.Since(start).Round(100*time.Millisecond))
		s.InOrder(b, same...)
	}
	slices.Sort(all)
	s.Checked("%d upgrades of %d releases in %v to %v", rounds, len(s.Releases()), all[0], all[rounds-1])
}
