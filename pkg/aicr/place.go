package aicr

import (
	"cmp"
	"context"
	"strings"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// newPlacedRun is newRun for a bundle that is stored: with the options that follow from where it
// will lie, and only where that is a place for it.
func newPlacedRun(ctx context.Context, o BundleOptions, tools map[string]tool) (*run, error) {
	given := o
	around, derived, err := o.lookAround(ctx)
	r, wrong := newRun(ctx, o, tools)
	if err := errors.Join(err, wrong); err != nil {
		return nil, err
	}
	r.around, r.derived = around, derived
	if around != nil {
		r.given = given
	}
	err = r.checkPlace(ctx)
	return r, err
}

// lookAround looks at where the bundle will be written, and fills in the options that follow from
// that.
func (o *BundleOptions) lookAround(ctx context.Context) (*surroundings, *deployer.Derived, error) {
	if strings.Contains(o.Output, "://") {
		return nil, nil, nil
	}
	around, err := lookAround(ctx, cmp.Or(o.Output, config.DefaultOutput))
	if err != nil {
		return nil, nil, err
	}
	o.unfollowed = around.ignored
	derived, err := around.derive(o)
	return around, derived, err
}

// checkPlace refuses places in which what will be written would make Flux delete something.
func (r *run) checkPlace(ctx context.Context) error {
	var problems []error
	if r.around != nil {
		problems = append(problems, r.around.check(ctx))
	}
	problems = append(problems, r.checkRefs(ctx))
	var err error
	if r.syncPlace, err = r.Sync.place(ctx, r.around); err == nil && r.synced != nil {
		err = errors.Join(r.syncPlace.secondOwner(ctx, r.around, r.synced.Kustomization), r.syncPlace.otherBundle(r.synced))
	}
	if err == nil {
		err = r.registered(ctx)
	}
	return errors.Join(append(problems, err)...)
}
