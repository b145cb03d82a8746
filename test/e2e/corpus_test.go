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

// missingValues are values that manifests of the corpus read and that no recipe of it sets, so that
// they cannot be rendered without, which verify says, too.
var missingValues = []aicr.Assignment{{Component: "prometheus-adapter-ocp", Path: "serviceAccount.name", Value: "prometheus-adapter"}}

// Each recipe of the corpus rolls out in order, and each chart gets the values that the recipe means.
func TestCorpus(t *testing.T) {
	t.Parallel()
	for _, rec := range slices.Concat(corpus.Recipes(t), corpus.Recipes1x(t)) {
		t.Run(rec.Name, func(t *testing.T) {
			s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: time.Second}})
			o := aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}}
			o.Ordering = "graph"
			charts := false
			for _, release := range rec.Expected.Releases {
				charts = charts || release.Chart != nil
				for _, missing := range missingValues {
					if release.Name == missing.Component {
						o.Set = append(o.Set, missing)
					}
				}
			}
			b := s.BundleWith(o, scenario.Chart{Instant: true})
			s.Rollout(b)
			s.InOrder(b)
			s.Checked("%d releases in order", len(b.Releases()))
			if charts { // OpenShift has recipes of manifests alone
				s.Checked("values of %d stubs as meant", s.ValuesAsMeant(b))
			}
		})
	}
}
