package aicr

import (
	"context"
	"io/fs"
	"slices"

	"github.com/go-logr/logr"

	"github.com/aicr-flux/aicr/internal/apiserver"
	"github.com/aicr-flux/aicr/internal/suggest"
	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// VerifyOptions say which bundle Verify looks at, and how. Source is required for Verify.
type VerifyOptions struct {
	verify.Options
	// Source is the directory of a bundle, oci://HOST/REPOSITORY with a tag or a digest, a recipe as
	// Bundle takes one, or "-" for Recipe.Stdin, which has a recipe or the objects of a bundle, as
	// kustomize and "flux build" print them.
	Source string
	// Recipe are the options with which a recipe is bundled in memory. FluxVersion and KubeVersion of
	// Options count for it, too.
	Recipe BundleOptions
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
	// Baseline is a file with findings that are known, which do not count. WriteBaseline is the file
	// into which all that is found is written as known, and counts as that at once.
	Baseline, WriteBaseline string
	// Charts pulls the charts that the bundle does not hold, and looks at them, too. ChartPull says
	// how, RegistryRewrite from which mirrors, as BundleOptions have it, and ChartProgress is told how
	// it goes on, by several goroutines at once. A Puller replaces ChartPull and ChartProgress.
	Charts          bool
	ChartPull       config.ChartPull
	RegistryRewrite []string
	ChartProgress   func(chartpull.Progress)
	// Workspace is the directory to which the files of annotations are relative, for a bundle that
	// lies in no Git work tree; empty means the current directory.
	Workspace string
	// Registry says how to reach the registry, and whom to tell how it goes on.
	Registry oci.Connection
	// Version is the program's version, which servers see.
	Version string
}

// Verification is what VerifyAll found.
type Verification struct {
	// Reports are those of the bundles, in the order in which they were named.
	Reports []verify.Report
	// Warnings are about the run, and not about a bundle.
	Warnings []string
}

// Verify verifies the bundle at Source; see verify.Bundle. Where it does not pass, the error is
// ErrCodeVerificationFailed; where it does, and charts could not be pulled, it is that of the puller.
// The report is there all the same.
func Verify(ctx context.Context, o VerifyOptions) (verify.Report, error) {
	all, err := VerifyAll(ctx, o, o.Source)
	if len(all.Reports) == 0 {
		return verify.Report{}, err
	}
	return all.Reports[0], err
}

// VerifyAll is Verify for several bundles at once: a baseline counts for all of them. There are no
// reports where one of the sources is no bundle, or cannot be read.
func VerifyAll(ctx context.Context, o VerifyOptions, sources ...string) (v Verification, err error) {
	bound, err := o.check(sources)
	if err != nil {
		return v, err
	}
	if err := o.connect(ctx); err != nil {
		return v, err
	}
	known, err := o.openBaseline(ctx)
	if err != nil {
		return v, err
	}
	var reports []verify.Report
	for _, source := range sources {
		report, err := o.verify(ctx, source)
		if err != nil {
			return v, err
		}
		reports = append(reports, report)
	}
	if v.Warnings, err = o.accept(known, reports); err != nil {
		return v, err
	}
	v.Reports = reports
	var failed, unpulled []error
	for _, r := range reports {
		if r.Worst(bound) {
			failed = append(failed, errors.New(errors.ErrCodeVerificationFailed, "%s does not pass: %s", r.Source, r.Counts()))
		}
		unpulled = append(unpulled, errors.In(r.Unpulled, "%s: not all of its charts were looked at", r.Source))
	}
	if len(failed) > 0 {
		return v, errors.Join(failed...)
	}
	return v, errors.Join(unpulled...)
}

// check finds what is wrong with the options and the sources before anything is verified.
func (o *VerifyOptions) check(sources []string) (bound verify.Severity, err error) {
	var problems []error
	add := func(err error) { problems = append(problems, err) }
	bound = verify.SeverityError
	switch o.FailOn {
	case "", "error":
	case "warning":
		bound = verify.SeverityWarning
	default:
		add(suggest.Unknown("`FailOn`", o.FailOn, []string{"error", "warning"}))
	}
	if len(sources) > 1 && o.RepositoryPath != "" {
		add(errors.Invalid("`RepositoryPath` is where one bundle lies, and %d are named; verify them one by one, or leave it out", len(sources)))
	}
	add(o.pull())
	for i, source := range sources {
		switch {
		case source == "-" && slices.Contains(sources[:i], source):
			add(errStdinTwice())
		case source == "-":
		case KindOf(source) == KindDirectory:
			add(checkBundle(source))
		case KindOf(source) == KindRecipe:
			add(checkRecipe(source))
		}
	}
	return bound, errors.Join(problems...)
}

func errStdinTwice() error {
	return errors.Invalid("standard input, -, is named twice; it can be read once")
}

// checkBundle refuses a directory that is not there, or that is no bundle.
func checkBundle(source string) error {
	root, err := openBundle(source)
	if err != nil {
		return err
	}
	defer root.Close()
	return looksLikeBundle(root.FS(), source)
}

// verify verifies one bundle. The options are a copy: what is found out about a place is not about
// the next one.
func (o VerifyOptions) verify(ctx context.Context, source string) (report verify.Report, err error) {
	o.Source, o.Appliers = source, slices.Clone(o.Appliers)
	if KindOf(source) == KindRecipe {
		return o.verifyRecipe(ctx)
	}
	dir := ""
	err = withBundle(ctx, source, o.Root, o.Registry, o.Version, func(fsys fs.FS) error {
		if oci.IsReference(source) {
			if err := looksLikeBundle(fsys, "it"); err != nil {
				return err
			}
		} else if dir, err = o.place(ctx, fsys); err != nil {
			return err
		}
		report, err = verify.Bundle(ctx, fsys, o.Options)
		return err
	})
	report.Source, report.Dir = source, dir
	return report, err
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
	if o.KubeVersion == "" && verify.CheckKubeVersion(server.Version) == nil {
		o.KubeVersion = server.Version
	}
	return nil
}

// withBundle hands over the bundle at source: a directory, as one of the repository at root or of a Git
// work tree, or an artifact.
func withBundle(ctx context.Context, source, root string, registry oci.Connection, version string, use func(fs.FS) error) error {
	if !oci.IsReference(source) {
		logr.FromContextOrDiscard(ctx).Info("read bundle", "of", source)
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
