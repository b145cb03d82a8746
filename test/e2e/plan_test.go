package e2e_test

import (
	"math"
	"os"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/plan"
	"github.com/aicr-flux/aicr/test/corpus"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// timed is a rollout that is timed.
type timed struct {
	recipe, order string
	events        bool
}

// A rollout takes as long as aicr plan says from the times that the cluster recorded, with the
// settings that the controllers have by default. Along the graph the largest recipe takes at most
// three tenths of what its chain takes. Releases that wake each other take a tenth of what they
// would take in the chain, and a quarter along the graph.
func TestPlan(t *testing.T) {
	largest := corpus.Largest(t).Name
	took := map[timed]time.Duration{}
	all := func(events bool, run func(r corpus.Recipe, what timed)) {
		for _, r := range corpus.Recipes(t) {
			if r.Name != largest && r.Name != "ocp-training" {
				continue
			}
			for _, order := range []string{"chain", "graph"} {
				run(r, timed{r.Name, order, events})
			}
		}
	}
	all(true, func(r corpus.Recipe, what timed) {
		t.Run(what.recipe+"/"+what.order+"/events", func(t *testing.T) {
			s := scenario.New(t, scenario.Options{Alone: true, Cluster: cluster.Options{ReceiverPort: receiver}})
			took[what], _ = rolloutOf(s, r, what)
		})
	})
	// The others mostly wait, and do so side by side, together with other scenarios.
	t.Parallel()
	polled := make(chan func(), 4)
	t.Run("polled", func(t *testing.T) {
		all(false, func(r corpus.Recipe, what timed) {
			t.Run(what.recipe+"/"+what.order, func(t *testing.T) {
				s := scenario.New(t, scenario.Options{})
				is, planned := rolloutOf(s, r, what)
				polled <- func() { took[what] = is }
				if off := math.Abs(planned.Seconds()/is.Seconds() - 1); off > 0.25 {
					s.Errorf("it took %.0f s, and the plan says %.0f s", is.Seconds(), planned.Seconds())
				}
				s.Checked("the plan is off by less than a quarter")
			})
		})
	})
	close(polled)
	for keep := range polled {
		keep()
	}
	atMost := func(limit float64, what, of timed) {
		ratio := took[what].Seconds() / took[of].Seconds()
		t.Logf("%v takes %.2f of %v", what, ratio, of)
		if what.recipe == largest && (ratio > limit || math.IsNaN(ratio)) {
			t.Errorf("%v takes %.2f of %v; at most %.2f is asked for", what, ratio, of, limit)
		}
	}
	for _, r := range []string{largest, "ocp-training"} {
		atMost(0.3, timed{r, "graph", false}, timed{r, "chain", false})
		atMost(0.1, timed{r, "chain", true}, timed{r, "chain", false})
		atMost(0.25, timed{r, "graph", true}, timed{r, "graph", false})
	}
}

// rolloutOf rolls a recipe out with charts that have nothing to wait for. It returns how long that
// took from when Flux had applied the bundle, and how long it should have taken.
func rolloutOf(s *scenario.S, r corpus.Recipe, what timed) (took, planned time.Duration) {
	s.Helper()
	o := aicr.BundleOptions{Recipe: r.File, Data: []string{r.Data}}
	o.Ordering, o.EventDriven = what.order, what.events
	b := s.BundleWith(o, scenario.Chart{Instant: true})
	s.Applied(s.Deliver(b))
	start := time.Now()
	s.ReleasesReady(b.Releases()...)
	took = time.Since(start)
	own := planOf(s, b)
	if own.Ordering != what.order || own.EventDriven != what.events {
		s.Errorf("the plan takes the bundle for %s, events %t", own.Ordering, own.EventDriven)
	}
	planned = time.Duration(own.Ready)
	s.Checked("%d releases in %.0f s, planned %.0f s", len(b.Releases()), took.Seconds(), planned.Seconds())
	s.InOrder(b)
	s.Checked("each after what it depends on")
	return took, planned
}

// planOf plans the rollout of a bundle as if the times that the cluster recorded were known before.
func planOf(s *scenario.S, b *scenario.Bundle) plan.Order {
	s.Helper()
	items := []*helmv2.HelmRelease{}
	for _, release := range s.Releases() {
		release.SetGroupVersionKind(helmv2.GroupVersion.WithKind(helmv2.HelmReleaseKind))
		items = append(items, release)
	}
	data, err := yaml.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": items})
	if err != nil {
		s.Fatal(err)
	}
	times := s.Dir("releases.yaml")
	if err := os.WriteFile(times, data, 0o600); err != nil {
		s.Fatal(err)
	}
	report, err := aicr.Plan(s.Context(), aicr.PlanOptions{Source: b.Options.Output, Times: times})
	if err != nil {
		s.Fatal(err)
	}
	for _, release := range report.Orders[0].Releases {
		if release.TimeFrom != "cluster" {
			s.Errorf("the time of %s is from the %s, and not from the cluster: %q", release.Name, release.TimeFrom, report.Warnings)
		}
	}
	return report.Orders[0]
}
