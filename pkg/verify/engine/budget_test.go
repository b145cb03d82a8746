package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/aicr-flux/aicr/internal/helmchart"
	"github.com/aicr-flux/aicr/internal/rollout"
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

// TestBuildIsNotWaitedForLongerThanItMay builds what kustomize needs seconds for:
// its time grows with the square of the keys.
func TestBuildIsNotWaitedForLongerThanItMay(t *testing.T) {
	var text strings.Builder
	text.WriteString("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n")
	for i := range 50_000 {
		fmt.Fprintf(&text, "  k%d: a\n", i)
	}
	memory := filesys.MakeFsInMemory()
	for name, content := range map[string]string{"kustomization.yaml": "resources: [a.yaml]", "a.yaml": text.String()} {
		if err := memory.WriteFile(name, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, ErrTooSlow)
	defer cancel()
	if _, err := build(ctx, memory); !errors.Is(err, ErrTooSlow) {
		t.Errorf("got %v", err)
	}
}
