package aicr

import (
	"context"
	"io/fs"

	"github.com/aicr-flux/aicr/internal/apiserver"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// VerifyOptions say which bundle Verify looks at, and how. Source is required.
type VerifyOptions struct {
	verify.Options
	// Source is the directory of a bundle, or oci://HOST/REPOSITORY with a tag or a digest.
	Source string
	// Root is the directory whose content Flux has, and in which the bundle lies: its kustomizations
	// may lead out of the bundle as far as there, as those of overlays do. Empty means the Git work
	// tree that the bundle lies in.
	Root string
	// Server asks the API server of a cluster what it would say to the objects, by dry runs: that of the
	// kubeconfig's Context, empty for the current one. An APIServer replaces both.
	Server  bool
	Context string
	// FailOn is how bad a finding must be for the bundle not to pass: "error" (the default) or
	// "warning".
	FailOn string
	// Registry says how to reach the registry, and whom to tell how it goes on.
	Registry oci.Connection
	// Version is the program's version, which servers see.
	Version string
}

// Verify verifies a bundle; see verify.Bundle. Where the bundle does not pass, the error is
// ErrCodeVerificationFailed, and the report is there all the same.
func Verify(ctx context.Context, o VerifyOptions) (report verify.Report, err error) {
	bound := verify.SeverityError
	switch o.FailOn {
	case "", "error":
	case "warning":
		bound = verify.SeverityWarning
	default:
		return report, errors.Invalid("`FailOn` %q is unknown; use error or warning", o.FailOn)
	}
	if err := o.connect(ctx); err != nil {
		return report, err
	}
	err = withBundle(ctx, o.Source, o.Root, o.Registry, o.Version, func(fsys fs.FS) error {
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
		return report, errors.New(errors.ErrCodeVerificationFailed, "%s does not pass: %s", o.Source, report.Summary())
	}
	return report, nil
}

// connect completes the options with a server, where one is to be asked.
func (o *VerifyOptions) connect(ctx context.Context) error {
	if !o.Server {
		return refuse("is about a server; add `Server`, or remove it", field{"`Context`", o.Context != ""})
	}
	if o.APIServer != nil {
		return nil
	}
	server, err := apiserver.Connect(ctx, o.Context)
	if err != nil {
		return err
	}
	o.APIServer = server
	return nil
}

// withBundle hands over the bundle at source: a directory, as one of the repository at root or of a Git
// work tree, or an artifact.
func withBundle(ctx context.Context, source, root string, registry oci.Connection, version string, use func(fs.FS) error) error {
	if !oci.IsReference(source) {
		return errors.In(withDirectory(ctx, source, root, use), "bundle %s", source)
	}
	if root != "" {
		return errors.Invalid("`Root` %q is about a directory, and %s is an artifact; leave it out", root, source)
	}
	pulled, err := pull(ctx, source, registry, version, oci.PullOptions{Unverified: true})
	if err != nil {
		return err
	}
	defer pulled.Close()
	return errors.In(use(pulled.FS()), "artifact %s", pulled.Reference.Image())
}
