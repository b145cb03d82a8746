package aicr

import (
	"context"
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

// bundled reports whether the recipe is the recipe.yaml of a bundle.
func bundled(source string) bool {
	if source == "-" || recipe.IsURL(source) {
		return false
	}
	_, err := os.Stat(filepath.Join(filepath.Dir(source), deployer.InfoFile))
	return err == nil
}

func (r *run) resolve(ctx context.Context) (deployer.Input, []string, error) {
	sources, err := r.openData(ctx)
	defer func() {
		for _, s := range sources {
			_ = s.Close()
		}
	}()
	if err != nil {
		return deployer.Input{}, nil, err
	}
	res := &resolver{options: &r.BundleOptions}
	for i, s := range sources {
		w := watch(s)
		w.ofRecipe = i == len(r.Data)
		r.roots, res.roots = append(r.roots, w), append(res.roots, component.Root{Name: s.Name, FS: w})
		if s.Warning != nil {
			res.warn("%s", s.Warning)
		}
	}
	prepare := func(doc *recipe.RecipeResult) error { return res.prepare(ctx, doc) }
	rec, err := recipe.Load(ctx, r.Recipe, recipe.LoadOptions{Strict: r.Strict, Bundled: bundled(r.Recipe), Prepare: prepare, Stdin: r.Stdin, Fetch: r.document().Get})
	r.registry = res.registry
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
		DynamicValues: res.dynamic, SubstitutedValues: res.variables, SecretValues: res.secret, OwnsCRDs: res.ownsCRDs(), HealthChecks: res.checks, Rewrites: r.rewrites, Scheduling: r.Scheduling.info(), Upgrades: res.upgrades,
		Puller: r.puller(), Namespaces: r.namespaces, Jobs: r.ChartPull.Parallel(),
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
	r.notes = slices.Concat(rec.Notes, res.notes)
	return in, append(rec.Warnings, res.warnings...), nil
}

// document is how a recipe is fetched: nobody sees how it goes on, so it is tried again only shortly.
func (r *run) document() registryhttp.Document {
	return registryhttp.Document{Retry: registryhttp.Retry{Retries: 2}, Limit: config.MaxRecipeSize, UserAgent: userAgent(r.Version)}
}
