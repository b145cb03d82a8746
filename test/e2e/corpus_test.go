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

// Each recipe of the corpus rolls out in order, and each chart gets the values that the recipe means.
func TestCorpus(t *testing.T) {
	for _, rec := range slices.Concat(corpus.Recipes(t), corpus.Recipes1x(t)) {
		t.Run(rec.Name, func(t *testing.T) {
			s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: time.Second}})
			o := aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}}
			o.Ordering = "graph"
			b := s.BundleWith(o, scenario.Chart{Instant: true})
			s.Rollout(b)
			s.InOrder(b)
			s.Checked("%d releases in order, values of %d as meant", len(b.Releases()), s.ValuesAsMeant(b))
		})
	}
}
