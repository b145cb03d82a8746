package aicr

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// Resolve returns what a deployer makes the bundle of: the recipe with the values and manifests of
// its components, and the warnings on the way.
func Resolve(ctx context.Context, o BundleOptions) (deployer.Input, []string, error) {
	r, err := newRun(ctx, o, deployers())
	if err != nil {
		return deployer.Input{}, nil, err
	}
	return r.resolve(ctx)
}

func (r *run) resolve(ctx context.Context) (deployer.Input, []string, error) {
	roots, closers, err := openRoots(r.Data, r.Recipe)
	defer func() {
		for _, c := range closers {
			_ = c.Close()
		}
	}()
	if err != nil {
		return deployer.Input{}, nil, err
	}
	for i := range roots {
		w := watch(&roots[i])
		w.ofRecipe = i == len(r.Data)
		r.roots = append(r.roots, w)
	}
	res := &resolver{options: &r.BundleOptions, roots: roots}
	prepare := func(doc *recipe.RecipeResult) error { return res.prepare(ctx, doc) }
	rec, err := recipe.Load(ctx, r.Recipe, recipe.LoadOptions{Strict: r.Strict, Prepare: prepare, Stdin: r.Stdin, Fetch: r.document().Get})
	if err != nil {
		return deployer.Input{}, nil, err
	}
	if !slices.ContainsFunc(rec.ComponentRefs, func(c recipe.ComponentRef) bool { return c.Enabled() }) {
		return deployer.Input{}, nil, errors.Invalid("the recipe has no enabled component, and a bundle without releases would make Flux delete everything that it deployed; " +
			"switch a component on, or delete the Flux Kustomization in the cluster if that is meant")
	}
	if err := res.resolve(ctx); err != nil {
		return deployer.Input{}, nil, err
	}
	r.assigned = res.assignments()
	in := deployer.Input{
		Options: r.Options, Recipe: rec, Values: res.values, Manifests: res.manifests, PreManifests: res.preManifests,
		DynamicValues: res.dynamic, SecretValues: res.secret, OwnsCRDs: res.ownsCRDs(), Rewrites: r.rewrites, Scheduling: r.Scheduling.info(), Upgrades: res.upgrades,
		Puller: r.puller(), Jobs: r.ChartPull.Parallel(),
	}
	if r.published() && r.Sync.File != "" {
		in.SyncURL = r.ref.URL()
	}
	if r.synced != nil {
		// The file of Sync has the GitRepository.
		in.GitSourceName, in.RepoURL, in.TargetRevision, in.RepoSecret = r.synced.Name, "", "", ""
		in.SyncURL = r.synced.URL
		in.Settings.GitRepositoryInterval = 0
	}
	r.notes = append(rec.Notes, res.notes...)
	return in, append(rec.Warnings, res.warnings...), nil
}

// document is how a recipe is fetched: nobody sees how it goes on, so it is tried again only shortly.
func (r *run) document() registryhttp.Document {
	return registryhttp.Document{Retry: registryhttp.Retry{Retries: 2}, Limit: config.MaxRecipeSize, UserAgent: userAgent(r.Version)}
}

// openRoots opens the data roots, the strongest first: data, and the directory of the recipe.
func openRoots(data []string, rec string) (component.Roots, []io.Closer, error) {
	dirs := slices.Clone(data)
	if rec != "-" && !recipe.IsURL(rec) {
		// Where the recipe itself is missing, loading it says so best. A pipe such as <(…) lies in no
		// directory of its own.
		if info, err := os.Stat(rec); err == nil && info.Mode().IsRegular() {
			dirs = append(dirs, filepath.Dir(rec))
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
