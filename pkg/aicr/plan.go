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
	if err := errors.In(checkPath(o.Source), "source %s", o.Source); err != nil {
		return plan.Report{}, err
	}
	times, err := readTimes(ctx, o.Times)
	if err != nil {
		return plan.Report{}, err
	}
	of := func(fsys fs.FS) error {
		report, err = plan.Of(ctx, fsys, plan.Options{
			Builder: o.Renderer, Times: times, Requeue: o.Requeue, Workers: o.Workers, WhatIf: o.WhatIf, Clusters: o.Clusters,
		})
		return err
	}
	if KindOf(o.Source) != KindRecipe {
		err = withBundle(ctx, o.Source, "", o.Registry, o.Version, of)
		return report, err
	}
	made, err := Make(ctx, inMemory(o.BundleOptions, o.Source))
	if err != nil {
		return plan.Report{}, err
	}
	err = errors.In(of(made.Files.FS()), "recipe %s", o.Source)
	report.Warnings = append(made.Output.Warnings, report.Warnings...)
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
