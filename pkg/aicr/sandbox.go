package aicr

import (
	"cmp"
	"context"

	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// Renderer renders the charts of a bundle and runs kustomize on it, for Verify and Images. Where
// the options have none, that happens in the program's own process, which then trusts the bundle.
type Renderer = render.Renderer

// Sandbox is the Renderer for bundles of strangers: it does each job in a process of its own, with
// bounds on time and memory.
type Sandbox = render.Processes

// NewSandbox returns a Sandbox whose processes run the calling program once more; its main must
// begin with ServeSandbox. Close ends them.
func NewSandbox() *Sandbox { return render.NewProcesses(render.Limits{}) }

// ServeSandbox makes the process one of a Sandbox, and does not return, where it was started as
// one.
func ServeSandbox() { render.ServeIfChild() }

// namespaces are those that a vendored chart gives.
func (r *run) namespaces(ctx context.Context, chart *localformat.Chart, release, namespace string, vals map[string]any) ([]localformat.Namespace, error) {
	return render.Namespaces(ctx, cmp.Or[Renderer](r.Renderer, render.InProcess{}), chart, release, namespace, vals)
}
