package e2e_test

import (
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// The first way in: a bundle in a Git repository, one release after the other.
func TestGitChain(t *testing.T) {
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
	b := s.Bundle(aicr.BundleOptions{Recipe: "../../examples/gke-h100-training/recipe.yaml", Data: []string{"../../examples/data"}})
	s.Rollout(b)
	s.Checked("%d releases ready over smart HTTP", len(b.Releases()))
	s.InOrder(b)
	s.Checked("each after what it depends on")
	s.Checked("values of %d stubs as meant", s.ValuesAsMeant(b))
}
