package aicr

import (
	"cmp"
	"context"
	"slices"

	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// DiffOptions say what Diff compares. Old is required.
type DiffOptions struct {
	// Old and New are each the directory of a bundle, oci://HOST/REPOSITORY with a tag or a digest,
	// git:REVISION:PATH of the repository around the current directory, or else a recipe as Bundle
	// takes one. Without New it is the bundle that BundleOptions make, which may come from Again.
	Old, New string
	// BundleOptions are those with which a recipe is bundled in memory: as one that goes to where the
	// other side lies. Registry and what is about pulling charts count for every source.
	BundleOptions
	// Charts pulls the charts that a bundle does not hold, so that what they make is compared, too.
	Charts bool
	// ChartsHint is how a reader gets at them where they are not pulled; empty names Charts.
	ChartsHint string
	// KubeVersion and APIVersions are what charts are told of the cluster; see images.Options.
	KubeVersion string
	APIVersions []string
}

// Diff says what changes in a cluster that runs the old bundle when it gets the new one; see diff.Of.
// The warnings are those of recipes.
func Diff(ctx context.Context, o DiffOptions) (report diff.Report, warnings []string, err error) {
	warnings, err = o.sides(ctx, func(from, to *compared) error {
		report, err = o.compare(ctx, from, to)
		return err
	})
	return report, warnings, err
}

// sides hands over both sides as bundles. Their files are there until use returns.
func (o *DiffOptions) sides(ctx context.Context, use func(from, to *compared) error) (warnings []string, err error) {
	problems := []error{chartpull.Check(o.ChartPull)}
	for _, source := range []string{o.Old, o.New} {
		problems = append(problems, errors.In(checkPath(source), "source %s", source))
	}
	if o.Old == "-" && o.New == "-" {
		problems = append(problems, errStdinTwice())
	}
	if o.Old == "" || o.New == "" && o.Recipe == "" {
		problems = append(problems, errors.Invalid("two things are compared; name the old one and the new one"))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	err = o.open(ctx, o.Old, func(before *rollout.Rollout) error {
		return o.open(ctx, o.New, func(after *rollout.Rollout) error {
			from, to := &compared{Rollout: before, source: o.Old}, &compared{Rollout: after, source: cmp.Or(o.New, o.Recipe)}
			if err := errors.Join(o.bundle(ctx, from, to), o.bundle(ctx, to, from)); err != nil {
				return err
			}
			warnings = from.warnings
			for _, warning := range to.warnings {
				if !slices.Contains(warnings, warning) { // which is of both recipes
					warnings = append(warnings, warning)
				}
			}
			return use(from, to)
		})
	})
	return warnings, err
}

// compare compares two rollouts, and renders what changes between them.
func (o *DiffOptions) compare(ctx context.Context, from, to *compared) (diff.Report, error) {
	r := rendering{Renderer: o.Renderer, KubeVersion: o.KubeVersion, APIVersions: o.APIVersions, jobs: o.ChartPull.Parallel()}
	old, now := from.side(), to.side()
	if o.Charts {
		r.puller = o.puller()
	} else {
		now.Hint = "; " + cmp.Or(o.ChartsHint, "`Charts` pulls them")
	}
	return r.compare(ctx, old, now)
}

// compared is one of two things that are compared.
type compared struct {
	*rollout.Rollout // nil for a recipe that is not bundled yet
	source           string
	name             string // what the report calls it; empty for source
	warnings         []string
}

func (c *compared) side() *diff.Side {
	return &diff.Side{Rollout: c.Rollout, Name: cmp.Or(c.name, c.source)}
}
