package plan_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/plan"
	"github.com/aicr-flux/aicr/test/corpus"
)

const (
	// stub is what charts take that have nothing to wait for and that a server beside the cluster
	// serves.
	stub = "default: 500ms\nfetch: 450ms\n"
	// arrival is from the commit, where the measurements begin, to the objects in the cluster: the
	// source is fetched and the bundle is built.
	arrival = 3 * time.Second
)

// TestTimesAreThoseOfRealControllers holds plans against rollouts that were measured on the real
// controllers. A quarter is allowed, because two rollouts of one bundle differ by more.
func TestTimesAreThoseOfRealControllers(t *testing.T) {
	const (
		eks    = "eks-h100-training-ubuntu-kubeflow"
		gke    = "gke-h100-training-cos-kubeflow"
		dynamo = "eks-gb200-inference-ubuntu-dynamo"
		ocp    = "ocp-training"
	)
	for _, c := range []struct {
		recipe, ordering string
		oci              bool
		requeue          time.Duration
		events           bool
		seconds          float64
	}{
		{recipe: eks, ordering: "chain", seconds: 368},
		{recipe: eks, ordering: "graph", seconds: 97},
		{recipe: eks, ordering: "graph", oci: true, seconds: 97},
		{recipe: eks, ordering: "chain", requeue: 5 * time.Second, seconds: 85},
		{recipe: eks, ordering: "graph", requeue: 5 * time.Second, seconds: 28},
		{recipe: gke, ordering: "chain", seconds: 399},
		{recipe: gke, ordering: "graph", seconds: 127},
		{recipe: ocp, ordering: "chain", seconds: 125},
		{recipe: ocp, ordering: "graph", seconds: 94},
		{recipe: dynamo, ordering: "chain", seconds: 474},                // 490 and 458
		{recipe: dynamo, ordering: "graph", seconds: 128},                // 130 and 126
		{recipe: eks, ordering: "chain", events: true, seconds: 13.3},    // 11.5 to 14.3
		{recipe: eks, ordering: "graph", events: true, seconds: 11},      // 9.1 to 13.8
		{recipe: dynamo, ordering: "chain", events: true, seconds: 24},   // 20.5 to 27.7
		{recipe: dynamo, ordering: "graph", events: true, seconds: 16.9}, // 14.6 to 19.5
	} {
		o := options(t, c.recipe)
		o.Ordering = c.ordering
		if c.oci {
			o.OCISourceName, o.RepoURL = "aicr-bundle", ""
		}
		got := find(t, o, plan.Options{Requeue: c.requeue, Times: times(t, stub)}, c.ordering, c.events)
		planned := (time.Duration(got.Ready) + arrival).Seconds()
		t.Logf("%s, %s, requeue %s, oci %t, events %t: %.0f s, measured %.0f s", c.recipe, c.ordering, c.requeue, c.oci, c.events, planned, c.seconds)
		if off := math.Abs(planned/c.seconds - 1); off > 0.25 {
			t.Errorf("%s, %s, requeue %s, oci %t, events %t: %.0f s, measured %.0f s", c.recipe, c.ordering, c.requeue, c.oci, c.events, planned, c.seconds)
		}
		if got.Own == c.events {
			t.Errorf("%s: own is %t", c.recipe, got.Own)
		}
	}
}

// TestTheOtherOrderIsWhatItsBundleWouldHave plans the graph of each chain, and the chain of each
// graph, and holds them against the bundles in that order.
func TestTheOtherOrderIsWhatItsBundleWouldHave(t *testing.T) {
	for _, r := range append(corpus.Recipes(t), corpus.Recipes1x(t)...) {
		o := aicr.BundleOptions{Recipe: r.File, Data: []string{r.Data}}
		own := map[string]plan.Order{}
		for _, ordering := range []string{"chain", "graph"} {
			o.Ordering = ordering
			own[ordering] = find(t, o, plan.Options{}, ordering, false)
			if !own[ordering].Own {
				t.Fatalf("%s: the order %s is not that of its bundle", r.Name, ordering)
			}
		}
		for ordering, other := range map[string]string{"chain": "graph", "graph": "chain"} {
			o.Ordering = other
			got := find(t, o, plan.Options{}, ordering, false)
			got.Own = true
			if diff := cmp.Diff(own[ordering], got); diff != "" {
				t.Errorf("%s: the %s planned from the %s (-bundle +planned):\n%s", r.Name, ordering, other, diff)
			}
		}
	}
}

func options(t *testing.T, name string) aicr.BundleOptions {
	t.Helper()
	r := corpus.Named(t, name)
	return aicr.BundleOptions{Recipe: r.File, Data: []string{r.Data}, Options: deployer.Options{RepoURL: "https://github.com/org/repo.git"}}
}

func times(t *testing.T, text string) *plan.Times {
	t.Helper()
	all, err := plan.ParseTimes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// find makes a bundle, plans it, and returns one order.
func find(t *testing.T, b aicr.BundleOptions, o plan.Options, ordering string, events bool) plan.Order {
	t.Helper()
	made, err := aicr.Make(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	report, err := plan.Of(t.Context(), made.Files.FS(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, order := range report.Orders {
		if order.Ordering == ordering && order.EventDriven == events {
			return order
		}
	}
	t.Fatalf("the order %s is not planned: %v", ordering, report.Warnings)
	return plan.Order{}
}
