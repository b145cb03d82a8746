package aicr

import (
	"context"
	"io/fs"
	"time"

	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/plan"
)

// PlanOptions say which bundle Plan looks at, and what its rollout meets. Source is required.
type PlanOptions struct {
	// Source is the directory of a bundle, oci://HOST/REPOSITORY with a tag or a digest, or else a
	// recipe as Bundle takes one.
	Source string
	// BundleOptions are those with which a recipe is bundled in memory; Registry counts for a bundle
	// in one.
	BundleOptions
	// Times is the file that says how long installs take; see plan.ParseTimes.
	Times string
	// Requeue, Workers, WhatIf and Clusters are those of plan.Options.
	Requeue  time.Duration
	Workers  int
	WhatIf   []plan.WhatIf
	Clusters int
}

// Plan says how the first rollout of a bundle goes: waves, critical path and time to ready, in its
// own order and in those that it could have; see plan.Of. Warnings of the recipe come first.
func Plan(ctx context.Context, o PlanOptions) (report plan.Report, err error) {
	times, err := readTimes(ctx, o.Times)
	if err != nil {
		return plan.Report{}, err
	}
	warnings, err := look(ctx, o.Source, o.BundleOptions, func(fsys fs.FS) error {
		report, err = plan.Of(ctx, fsys, plan.Options{
			Builder: o.Renderer, Times: times, Requeue: o.Requeue, Workers: o.Workers, WhatIf: o.WhatIf, Clusters: o.Clusters,
		})
		return err
	})
	report.Warnings = append(warnings, report.Warnings...)
	return report, err
}

// readTimes reads the file of that name, if any.
func readTimes(ctx context.Context, file string) (*plan.Times, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // no file, no times
	}
	noun := "`Times` " + file
	data, err := inputfile.Read(ctx, noun, file, config.MaxDataFile)
	if err != nil {
		return nil, err
	}
	times, err := plan.ParseTimes(data)
	return times, errors.In(err, "%s", noun)
}
