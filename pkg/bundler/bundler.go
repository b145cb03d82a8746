// Package bundler turns a recipe and the options of a run into a bundle: it
// finds the data, resolves every component's values and manifests, applies the
// rules that some components have, and hands the result to the deployer.
//
// It is the one call that a program needs to do what "aicr bundle" does. It
// neither parses flags nor prints.
package bundler

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/flux"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// Bundler makes bundles. The zero value is usable.
type Bundler struct {
	// Version is the program's version, shown in the bundle's README.
	Version string
	// Stdin is read for the recipe "-"; nil means os.Stdin.
	Stdin io.Reader
	// Puller fetches charts when they are vendored.
	Puller localformat.ChartPuller
}

// Deployers are the names that Options.Deployer may have.
var deployers = []string{"flux"}

// Bundle makes the bundle that the options describe, or with DryRun only plans
// it. Problems that the user can mend together are reported together.
func (b *Bundler) Bundle(ctx context.Context, o config.Options) (*deployer.Output, error) {
	g, warnings, err := b.Generator(ctx, o)
	if err != nil {
		return nil, err
	}
	var out *deployer.Output
	if o.DryRun {
		plan, err := g.Plan(ctx)
		if err != nil {
			return nil, err
		}
		out = plan.Output()
	} else if out, err = g.Generate(ctx, o.Output); err != nil {
		return nil, err
	}
	out.Warnings = append(warnings, out.Warnings...)
	return out, nil
}

// Generator returns the Flux generator with everything that the options and
// the data decide, and the warnings on the way.
func (b *Bundler) Generator(ctx context.Context, o config.Options) (*flux.Generator, []string, error) {
	if o.Output == "" {
		o.Output = config.DefaultOutput
	}
	if err := check(o); err != nil {
		return nil, nil, err
	}
	roots, closers, err := openRoots(o)
	defer func() {
		for _, c := range closers {
			_ = c.Close()
		}
	}()
	if err != nil {
		return nil, nil, err
	}
	embedded := component.Root{Name: "the program's own data", FS: examples.Data()}
	registry := readRegistry(roots, embedded)
	defer func() { _, _ = registry() }() // before the roots are closed
	r := &resolver{options: o, roots: append(roots, embedded), readRegistry: registry}
	r.recipe, err = recipe.Load(ctx, o.Recipe, recipe.LoadOptions{Strict: o.Strict, Prepare: r.prepare, Stdin: b.Stdin})
	if err != nil {
		return nil, nil, err
	}
	if err := r.resolve(ctx); err != nil {
		return nil, nil, err
	}
	g := &flux.Generator{
		RecipeResult: r.recipe, Version: b.Version, Puller: b.Puller,
		ComponentValues: r.values, ComponentManifests: r.manifests, ComponentPreManifests: r.preManifests, DynamicValues: r.flags.dynamic,
		RepoURL: o.Repo, TargetRevision: o.TargetRevision, RepoPath: o.RepoPath, RepoSecret: o.RepoSecret, GitSourceName: o.GitSource,
		ChartRepoSecrets: r.flags.chartSecrets, IncludeChecksums: !o.NoChecksums, Force: o.Force,
		Namespace: o.FluxNamespace, OCISourceName: o.FluxOCISourceName, VendorCharts: o.VendorCharts, Ordering: flux.Ordering(o.Order),
		Settings: flux.Settings{
			Interval: o.Interval.Std(), Timeout: o.Timeout.Std(), RetryInterval: o.RetryInterval.Std(),
			HelmRepositoryInterval: o.HelmRepoInterval.Std(), ChartInterval: o.ChartInterval.Std(), GitRepositoryInterval: o.GitRepoInterval.Std(),
			DriftDetection: o.DriftDetection, ServiceAccount: o.ServiceAccount,
		},
	}
	return g, append(r.recipe.Warnings, r.warnings...), nil
}

// check finds contradictions among the options that need no data.
func check(o config.Options) error {
	var problems []error
	type flag struct {
		name  string
		given bool
	}
	given := func(why string, flags ...flag) {
		for _, f := range flags {
			if f.given {
				problems = append(problems, errors.Invalid("%s %s", f.name, why))
			}
		}
	}
	if o.Recipe == "" {
		problems = append(problems, errors.Invalid("no recipe is named; give one with --recipe FILE, - for standard input, or a URL"))
	}
	if o.Deployer != "" && o.Deployer != deployers[0] {
		problems = append(problems, errors.Invalid("deployer %q is unknown; there is: %s", o.Deployer, strings.Join(deployers, ", ")))
	}
	if o.Nodes < 0 {
		problems = append(problems, errors.Invalid("--nodes %d is not a number of nodes; give the number that the cluster has", o.Nodes))
	}
	if o.VendorCharts {
		problems = append(problems, errors.Invalid("--vendor-charts needs a chart puller, which this version does not bring; leave the charts in their repositories"))
	}
	if scheme, _, ok := strings.Cut(o.Output, "://"); ok {
		if strings.EqualFold(scheme, "oci") {
			problems = append(problems, errors.Invalid("this version does not publish to oci://; write a directory with --flux-oci-source-name NAME and push it with flux push artifact"))
		} else {
			problems = append(problems, errors.Invalid("output %q has an unknown scheme; name a directory", o.Output))
		}
	} else {
		given("belongs to publishing to oci://, and the output is a directory; remove it",
			flag{"--plain-http", o.PlainHTTP}, flag{"--insecure-tls", o.InsecureTLS}, flag{"--image-refs", o.ImageRefs != ""})
	}
	written := []flag{{"--repo", o.Repo != ""}, {"--repo-secret", o.RepoSecret != ""}, {"--target-revision", o.TargetRevision != ""}}
	switch {
	case o.FluxOCISourceName != "":
		given("has no meaning with --flux-oci-source-name: nothing comes from Git then; remove one of them",
			append(written, flag{"--repo-path", o.RepoPath != ""}, flag{"--git-source", o.GitSource != ""})...)
	case o.GitSource != "":
		given("belongs to a GitRepository that is written, and --git-source names one that exists; remove one of them", written...)
	}
	return errors.Join(problems...)
}

// openRoots opens the data roots, the strongest first: those of --data, and the
// recipe's own directory.
func openRoots(o config.Options) (component.Roots, []io.Closer, error) {
	dirs := o.Data
	if o.Recipe != "-" && !recipe.IsURL(o.Recipe) {
		// Where the recipe itself is missing, loading it says so best.
		if _, err := os.Stat(o.Recipe); err == nil {
			dirs = append(dirs[:len(dirs):len(dirs)], filepath.Dir(o.Recipe))
		}
	}
	var roots component.Roots
	var closers []io.Closer
	var problems []error
	for _, dir := range dirs {
		root, closer, err := component.OpenRoot(dir)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		roots, closers = append(roots, root), append(closers, closer)
	}
	return roots, closers, errors.Join(problems...)
}

// readRegistry starts reading the registry, which goes on while the recipe is
// read, and returns what waits for it.
func readRegistry(roots component.Roots, embedded component.Root) func() (*component.Registry, error) {
	done := make(chan struct{})
	var registry *component.Registry
	var err error
	go func() {
		defer close(done)
		registry, err = roots.Registry(embedded)
	}()
	return func() (*component.Registry, error) {
		<-done
		return registry, err
	}
}
