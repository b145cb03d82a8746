package e2e_test

import (
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

// Releases wake each other, in both modes and orders, and none waits for the clock.
func TestEventDriven(t *testing.T) {
	for name, source := range map[string]string{"Git": "", "OCI": "aicr-bundle"} {
		for _, order := range []string{"chain", "graph"} {
			t.Run(name+"/"+order, func(t *testing.T) {
				s := scenario.New(t, scenario.Options{Alone: true, Cluster: cluster.Options{ReceiverPort: receiver}})
				rec := corpus.Largest(t)
				o := aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}}
				o.EventDriven, o.Ordering, o.OCISourceName = true, order, source
				b := s.BundleWith(o, scenario.Chart{Instant: true})
				start := time.Now()
				s.Rollout(b)
				s.Checked("%d releases in %.1f s", len(b.Releases()), time.Since(start).Seconds())
				s.InOrder(b)
				s.Checked("each after what it depends on")
			})
		}
	}
}
