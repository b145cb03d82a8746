// Package deployer says what every deployer has in common: it makes a bundle of a recipe with its
// values, and the objects that bring the bundle into a cluster.
//
// It stands between pkg/aicr, which resolves the recipe and stores the result, and the folders
// below, one for each GitOps tool. It does not know which there are: that is a table in pkg/aicr.
package deployer

import (
	"context"
	"time"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Deployer makes bundles for one GitOps tool.
type Deployer interface {
	// Make makes the bundle of the input, in memory. It touches neither the disk nor a network, but
	// for charts that it pulls with VendorCharts. Invalid input is ErrCodeInvalidRequest.
	Make(ctx context.Context, in Input) (*Bundle, error)
	// Sync makes the objects that bring a bundle into a cluster. What the cluster would refuse is
	// ErrCodeInvalidRequest.
	Sync(s Sync) (*Synced, error)
}

// Bundle is a bundle that is nowhere yet.
type Bundle struct {
	Files *bundle.Files
	// Rollout is what the tool will see of the files; nil where the deployer's tool is not Flux.
	Rollout *rollout.Rollout
	// Root is the file that each bundle of the deployer has. It tells an earlier bundle in a
	// directory from the files of somebody else.
	Root string
	// Output tells of the bundle what is known before it is stored.
	Output Output
	// Vendored says where the charts inside the bundle come from.
	Vendored []localformat.VendorRecord
}

// Write writes the bundle into dir, as bundle.Write does. Without checksums earlier files are
// unknown: none is removed, and one that would change is a conflict.
func (b *Bundle) Write(ctx context.Context, dir string, o bundle.WriteOptions) (*Output, error) {
	start := time.Now()
	written, err := bundle.Write(ctx, dir, b.Files, b.owned(o))
	if err != nil {
		return nil, err
	}
	out := b.Output
	out.Files, out.TotalSize, out.Duration = written.Files, written.TotalSize, time.Since(start)
	out.change(&written.Changes)
	return &out, nil
}

// Compare says what Write would do, and fails as it would, but writes nothing.
func (b *Bundle) Compare(ctx context.Context, dir string, o bundle.WriteOptions) (*Output, error) {
	changes, err := bundle.Compare(ctx, dir, b.Files, b.owned(o))
	if err != nil {
		return nil, err
	}
	out := b.Output
	out.change(changes)
	return &out, nil
}

func (b *Bundle) owned(o bundle.WriteOptions) bundle.WriteOptions {
	if o.Checksums {
		o.Owner, o.Maker = b.Root, InfoFile
	}
	return o
}

func (o *Output) change(c *bundle.Changes) {
	o.Added, o.Changed, o.Removed, o.Kept, o.Carried = c.Added, c.Changed, c.Removed, c.Kept, c.Carried
}
