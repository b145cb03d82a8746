package flux

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// planner builds one plan: the releases of all components, and then what only shows when they are
// together.
type planner struct {
	g        *Generator
	recipe   *recipe.RecipeResult
	settings *settings
	plan     *Plan

	first, last map[string]int // component → index of its first and last release
	shippers    map[string]int // namespace → index of the release that ships it
}

func (p *planner) build(ctx context.Context, order []string) (*Plan, error) {
	if len(order) == 0 {
		return nil, errors.Invalid("the recipe has no enabled component; a bundle without releases would make Flux delete everything it deployed; enable one")
	}
	refs := make(map[string]*recipe.ComponentRef, len(p.recipe.ComponentRefs))
	for i := range p.recipe.ComponentRefs {
		refs[p.recipe.ComponentRefs[i].Name] = &p.recipe.ComponentRefs[i]
	}
	if err := errors.Join(p.wake(), p.components(ctx, order, refs)); err != nil {
		return nil, err
	}
	noSource := p.sources()
	p.idle()
	if err := errors.Join(noSource, p.dependencies(refs)); err != nil {
		return nil, err
	}
	if p.g.Readiness && len(p.plan.gated()) == 0 {
		p.warn("`Readiness` has no effect: of no component it is known, or said by its data, when it works; say so with `Ready`")
	}
	p.plan.Vendored = localformat.NewProvenance(p.plan.Vendored).VendoredCharts
	return p.plan, nil
}

// components plans all components, and puts their releases in order.
func (p *planner) components(ctx context.Context, order []string, refs map[string]*recipe.ComponentRef) error {
	parts := make([]componentPlanner, len(order))
	problems := make([]error, len(order))
	parallel.Limited(p.workers(), len(order), func(i int) {
		if ctx.Err() == nil {
			parts[i] = componentPlanner{g: p.g, settings: p.settings}
			problems[i] = errors.In(parts[i].component(ctx, refs[order[i]]), "component %q", order[i])
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	p.first, p.last = make(map[string]int, len(order)), make(map[string]int, len(order))
	for i, name := range order {
		p.first[name] = len(p.plan.Releases)
		p.plan.Releases = append(p.plan.Releases, parts[i].releases...)
		p.last[name] = len(p.plan.Releases) - 1
		p.plan.Warnings = append(p.plan.Warnings, parts[i].warnings...)
		p.plan.Vendored = append(p.plan.Vendored, parts[i].vendoredFrom...)
	}
	return errors.Join(problems...)
}

// workers is how many components are planned at once. A Puller is promised to be asked for no more
// charts at once than the Generator's Jobs.
func (p *planner) workers() int {
	if p.g.VendorCharts {
		return max(1, p.g.Jobs)
	}
	return runtime.GOMAXPROCS(0)
}

func (p *planner) warn(format string, args ...any) {
	p.plan.Warnings = append(p.plan.Warnings, fmt.Sprintf(format, args...))
}

// sources names the chart repositories and the GitRepository, and lets the releases refer to them.
func (p *planner) sources() error {
	certs, proxies := certSecrets(p.g.SourceSecrets), proxySecrets(p.g.SourceSecrets)
	repos := map[string]recipe.Repository{}
	for i := range p.plan.Releases {
		if u := p.plan.Releases[i].SourceURL; u != "" {
			repos[u], _ = recipe.ParseRepository(u)
		}
	}
	names := sourceNames(slices.Collect(maps.Keys(repos)))
	for u, repo := range repos {
		p.plan.Repositories = append(p.plan.Repositories, Repository{
			Name: names[u], URL: u, OCI: repo.OCI(), Secret: p.settings.secrets[repo.Host], CertSecret: certs.of(source{"HelmRepository", u}),
		})
	}
	slices.SortFunc(p.plan.Repositories, func(a, b Repository) int { return strings.Compare(a.Name, b.Name) })

	git := p.g.GitSourceName
	if p.g.OCISourceName == "" && git == "" && p.plan.HasLocalCharts() {
		git = trimName(baseName(p.settings.gitURL), maxSourceName)
		p.plan.Git = &GitSource{Name: git, URL: p.settings.gitURL, Branch: p.settings.branch, Secret: p.g.RepoSecret, ProxySecret: proxies.of(sourceOf(p.settings.gitURL))}
		if strings.HasPrefix(p.settings.gitURL, "ssh://") && p.g.RepoSecret == "" {
			p.warn("the Git repository is fetched over SSH, which takes a key even where anyone may read it; name the Secret of the cluster that holds one with `RepoSecret`")
		}
	}
	for i := range p.plan.Releases {
		switch r := &p.plan.Releases[i]; {
		case r.SourceURL != "":
			r.SourceName = names[r.SourceURL]
		case p.g.OCISourceName != "":
			r.SourceKind, r.SourceName = "ExternalArtifact", r.generatorName()+"-"+r.Local.Hash()
		default:
			r.SourceKind, r.SourceName = "GitRepository", git
		}
	}
	sources := p.plan.sources()
	if p.g.SyncURL != "" {
		sources = append(sources, sourceOf(p.g.SyncURL))
	}
	warnings, err := checkHosts(p.g.SourceSecrets, sources)
	p.plan.Warnings = append(p.plan.Warnings, warnings...)
	return err
}

// sources are those that the bundle brings.
func (p *Plan) sources() []source {
	var all []source
	for _, r := range p.Repositories {
		all = append(all, source{"HelmRepository", r.URL})
	}
	if p.Git != nil {
		all = append(all, sourceOf(p.Git.URL))
	}
	return all
}
