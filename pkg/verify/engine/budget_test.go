package engine

import (
	"context"
	"errors"
	"testing"

	"github.com/aicr-flux/aicr/internal/helmchart"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// TestChartsAfterTheBudgetAreNotLookedAt lets the time, or the memory, for all charts be over.
func TestChartsAfterTheBudgetAreNotLookedAt(t *testing.T) {
	for _, over := range []error{ErrBudget, ErrMemory} {
		t.Run(over.Error(), func(t *testing.T) { notLookedAt(t, over) })
	}
}

func notLookedAt(t *testing.T, over error) {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(over)
	c := &LocalChart{Release: &rollout.Release{Object: &rollout.Object{Ref: rollout.Ref{Kind: "HelmRelease", Namespace: "flux-system", Name: "slow"}}}}
	c.read(ctx, &rollout.Rollout{}, func() (*helmchart.Chart, error) {
		t.Error("the chart is loaded all the same")
		return nil, nil
	})
	if !errors.Is(c.LoadErr, over) {
		t.Errorf("got %v", c.LoadErr)
	}
}
