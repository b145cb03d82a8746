package aicr

import (
	"context"
	"io/fs"

	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// VerifyOptions say which bundle Verify looks at, and how. Source is required.
type VerifyOptions struct {
	verify.Options
	// Source is the directory of a bundle, or oci://HOST/REPOSITORY with a tag or a digest.
	Source string
	// FailOn is how bad a finding must be for the bundle not to pass: "error" (the default) or
	// "warning".
	FailOn string
	// Charts pulls the charts that the bundle does not hold, and looks at them, too. ChartPull says
	// how, RegistryRewrite from which mirrors, as BundleOptions have it, and ChartProgress is told how
	// it goes on, by several goroutines at once. A Puller replaces ChartPull and ChartProgress.
	Charts          bool
	ChartPull       config.ChartPull
	RegistryRewrite []string
	ChartProgress   func(chartpull.Progress)
	// Registry says how to reach the registry, and whom to tell how it goes on.
	Registry oci.Connection
	// Version is the program's version, which servers see.
	Version string
}

// Verify verifies a bundle; see verify.Bundle. Where the bundle does not pass, the error is
// ErrCodeVerificationFailed; where it does, and charts could not be pulled, it is that of the puller.
// The report is there all the same.
func Verify(ctx context.Context, o VerifyOptions) (report verify.Report, err error) {
	bound := verify.SeverityError
	switch o.FailOn {
	case "", "error":
	case "warning":
		bound = verify.SeverityWarning
	default:
		return report, errors.Invalid("`FailOn` %q is unknown; use error or warning", o.FailOn)
	}
	if err := o.pull(); err != nil {
		return report, err
	}
	err = withBundle(ctx, o.Source, o.Registry, o.Version, func(fsys fs.FS) error {
		if !oci.IsReference(o.Source) {
			if err := o.place(ctx, fsys); err != nil {
				return err
			}
		}
		report, err = verify.Bundle(ctx, fsys, o.Options)
		return err
	})
	if err != nil {
		return verify.Report{}, err
	}
	if report.Worst(bound) {
		return report, errors.New(errors.ErrCodeVerificationFailed, "%s does not pass: %s", o.Source, report.Counts())
	}
	return report, errors.In(report.Unpulled, "%s: not all of its charts were looked at", o.Source)
}

// pull completes the options with a puller, where charts are to be pulled.
func (o *VerifyOptions) pull() error {
	p := &o.ChartPull
	if !o.Charts {
		if o.ChartsHint == "" {
			o.ChartsHint = "set `Charts`"
		}
		return refuse("is about pulling charts; add `Charts`, or remove it", append(append(pulling(p), downloading(p)...), field{"`RegistryRewrite`", len(o.RegistryRewrite) > 0})...)
	}
	rewrites, err := recipe.ParseRewrites(o.RegistryRewrite)
	o.Puller = rewriting{pullerOf(o.Puller, *p, rewrites, o.Version, o.ChartProgress), rewrites}
	o.Jobs, o.Offline = p.Jobs, p.Offline
	return errors.Join(err, chartpull.Check(*p))
}

// withBundle hands over the bundle at source: a directory, or an artifact.
func withBundle(ctx context.Context, source string, registry oci.Connection, version string, use func(fs.FS) error) error {
	if !oci.IsReference(source) {
		root, err := openBundle(source)
		if err != nil {
			return err
		}
		defer root.Close()
		return errors.In(use(root.FS()), "bundle %s", source)
	}
	pulled, err := pull(ctx, source, registry, version, oci.PullOptions{Unverified: true})
	if err != nil {
		return err
	}
	defer pulled.Close()
	return errors.In(use(pulled.FS()), "artifact %s", pulled.Reference.Image())
}
