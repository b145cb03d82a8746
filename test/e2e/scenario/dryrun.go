package scenario

import (
	"context"
	"slices"
	"sync"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/aicr-flux/aicr/test/e2e/cluster"
)

// DryRun asks the API server what it would say to objects, strictly.
type DryRun struct {
	client   client.Client
	mu       sync.Mutex
	warnings []string
}

// DryRun returns one of its own, because a client's warnings do not say whose they are.
func (s *S) DryRun() *DryRun {
	s.Helper()
	d := &DryRun{}
	config := rest.CopyConfig(s.Config)
	config.WarningHandlerWithContext = d
	scheme, err := cluster.Scheme()
	s.must(err)
	d.client, err = client.New(config, client.Options{Scheme: scheme})
	s.must(err)
	return d
}

// HandleWarningHeaderWithContext keeps a warning of the API server.
func (d *DryRun) HandleWarningHeaderWithContext(_ context.Context, _ int, _, text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.warnings = append(d.warnings, text)
}

// Apply applies an object as kustomize-controller does before it applies it, and refuses fields that
// the kind does not have. It returns what the API server warns of.
func (d *DryRun) Apply(ctx context.Context, object client.Object) (warnings []string, err error) {
	err = d.client.Patch(ctx, object, client.Apply, client.FieldOwner("kustomize-controller"), client.ForceOwnership, client.DryRunAll, client.FieldValidation("Strict")) //nolint:staticcheck // objects of any kind
	d.mu.Lock()
	defer d.mu.Unlock()
	warnings = slices.Compact(d.warnings)
	d.warnings = nil
	return warnings, err
}
