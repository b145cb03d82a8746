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
	"slices"
	"time"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/flux"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// Bundler makes bundles. The zero value is usable.
type Bundler struct {
	// Version is the program's version, shown in the bundle's README.
	Version string
	// Stdin is read for the recipe "-"; nil means os.Stdin.
	Stdin io.Reader
	// Progress is told how publishing goes on; it may be nil.
	Progress func(oci.Progress)
	// ChartProgress is told how vendoring charts goes on, by several goroutines
	// at once; it may be nil.
	ChartProgress func(chartpull.Progress)
	// Puller fetches charts when they are vendored, as many at once as the
	// options' Jobs says. nil means the one that the options ask for.
	Puller localformat.ChartPuller
	// Renderer renders the charts of bundles and runs kustomize on them, when they are verified and when their
	// images are listed; nil means render.InProcess{}, which trusts them.
	Renderer render.Renderer
}

// Deployers are the names that Options.Deployer may have.
var deployers = []string{"flux"}

// Bundle makes the bundle that the options describe: in a directory, or
// published where Output is oci://…; with DryRun it is only planned. Problems
// that the user can mend together are reported together.
func (b *Bundler) Bundle(ctx context.Context, o config.Options) (*deployer.Output, error) {
	g, warnings, err := b.Generator(ctx, o)
	if err != nil {
		return nil, err
	}
	l, err := openLock(o)
	if err != nil {
		return nil, err
	}
	var out *deployer.Output
	switch {
	case o.DryRun:
		out, err = b.dryRun(ctx, g, l, o)
	case oci.IsReference(o.Output):
		out, err = b.release(ctx, g, l, o)
	default:
		out, err = b.write(ctx, g, l, o)
	}
	if err != nil {
		return nil, err
	}
	out.Warnings = slices.Concat([]string{}, warnings, out.Warnings)
	return out, nil
}

// dryRun says what a run would do.
func (b *Bundler) dryRun(ctx context.Context, g *flux.Generator, l lock, o config.Options) (*deployer.Output, error) {
	plan, err := l.plan(ctx, g)
	if err != nil {
		return nil, err
	}
	files, err := plan.Render()
	if err == nil {
		err = g.Check(ctx, files)
	}
	if err != nil {
		return nil, err
	}
	out := plan.Output()
	if oci.IsReference(o.Output) {
		out.DeploymentSteps = []string{"Publish to " + o.Output + ": run again without --dry-run"}
		return out, nil
	}
	sync, err := gitSync(o)
	sync.describe(out)
	return out, err
}

// write generates the bundle into a directory, and then the file of --sync.
func (b *Bundler) write(ctx context.Context, g *flux.Generator, l lock, o config.Options) (*deployer.Output, error) {
	dir := o.Output
	if dir == "" {
		dir = config.DefaultOutput
	}
	sync, err := gitSync(o)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	plan, err := l.plan(ctx, g)
	if err != nil {
		return nil, err
	}
	out, err := g.Write(ctx, plan, dir)
	if err != nil {
		return nil, err
	}
	out.Duration = time.Since(start)
	if sync == nil {
		return out, nil
	}
	data, err := sync.YAML()
	if err == nil {
		err = writeFile(o.Sync, data)
	}
	if err != nil {
		return nil, errors.In(err, "the bundle is written to %s, and the file of --sync is not", dir)
	}
	sync.describe(out)
	return out, nil
}

// release generates the bundle and publishes it, without a directory between.
func (b *Bundler) release(ctx context.Context, g *flux.Generator, l lock, o config.Options) (*deployer.Output, error) {
	ref, err := oci.ParseReference(o.Output)
	if err != nil {
		return nil, err
	}
	plan, err := l.plan(ctx, g)
	if err != nil {
		return nil, err
	}
	files, err := plan.Render()
	if err == nil {
		err = g.Check(ctx, files)
	}
	if err != nil {
		return nil, err
	}
	out := plan.Output()
	push := PushOptions{
		Publish: o.Publish, OCISourceName: g.OCISourceName, Namespace: plan.Namespace, Force: o.Force, noChecksums: o.NoChecksums,
	}
	if out.Artifact, err = b.publish(ctx, files, ref, b.Version, push); err != nil {
		return nil, err
	}
	out.TotalSize = files.Size()
	out.DeploymentSteps = push.steps(out.Artifact)
	out.DeploymentNotes = append(out.DeploymentNotes, push.notes()...)
	return out, nil
}

// Generator returns the Flux generator with everything that the options and
// the data decide, and the warnings on the way.
func (b *Bundler) Generator(ctx context.Context, o config.Options) (*flux.Generator, []string, error) {
	published := oci.IsReference(o.Output)
	if published && o.FluxOCISourceName == "" {
		o.FluxOCISourceName = config.DefaultOCISourceName
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
	if !slices.ContainsFunc(r.recipe.ComponentRefs, func(c recipe.ComponentRef) bool { return c.Enabled() }) {
		return nil, nil, errors.Invalid("the recipe has no enabled component, and a bundle without releases would make Flux delete everything that it deployed; " +
			"switch a component on, or delete the Flux Kustomization in the cluster if that is meant")
	}
	rewrites, err := recipe.ParseRewrites(o.RegistryRewrite)
	if err != nil {
		return nil, nil, err
	}
	r.warnings = append(r.warnings, rewrites.Apply(r.recipe)...)
	if err := r.resolve(ctx); err != nil {
		return nil, nil, err
	}
	g := &flux.Generator{
		RecipeResult: r.recipe, Version: b.Version, VendorCharts: o.VendorCharts, Puller: b.puller(o), Jobs: o.Parallel(),
		ComponentValues: r.values, ComponentManifests: r.manifests, ComponentPreManifests: r.preManifests, DynamicValues: r.flags.dynamic,
		RepoURL: o.Repo, TargetRevision: o.TargetRevision, RepoPath: o.RepoPath, RepoSecret: o.RepoSecret, GitSourceName: o.GitSource,
		ChartRepoSecrets: r.flags.chartSecrets, IncludeChecksums: !o.NoChecksums, Force: o.Force, Check: prove,
		Namespace: o.FluxNamespace, OCISourceName: o.FluxOCISourceName, Ordering: flux.Ordering(o.Order),
		Settings: flux.Settings{
			Interval: o.Interval.Std(), Timeout: o.Timeout.Std(), RetryInterval: o.RetryInterval.Std(),
			HelmRepositoryInterval: o.HelmRepoInterval.Std(), ChartInterval: o.ChartInterval.Std(), GitRepositoryInterval: o.GitRepoInterval.Std(),
			DriftDetection: o.DriftDetection, ServiceAccount: o.ServiceAccount,
		},
	}
	if o.Sync != "" && !published {
		// The file of --sync has the GitRepository.
		sync, err := gitSync(o)
		if err != nil {
			return nil, nil, err
		}
		g.GitSourceName, g.RepoURL, g.TargetRevision, g.RepoSecret = sync.Name, "", "", ""
	}
	return g, append(r.recipe.Warnings, r.warnings...), nil
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
