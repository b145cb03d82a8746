package flux

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// planner builds one plan.
type planner struct {
	g        *Generator
	recipe   *recipe.RecipeResult
	settings *settings
	plan     *Plan

	first, last map[string]int // component → index of its first and last release
	problems    []error
}

// components returns a copy of the recipe whose file lists are those of the
// manifests that were handed in, checked by the recipe's own rules.
func (g *Generator) components() (*recipe.RecipeResult, error) {
	r := *g.RecipeResult
	r.ComponentRefs = slices.Clone(r.ComponentRefs)
	known := make(map[string]bool, len(r.ComponentRefs))
	var problems []error
	for i := range r.ComponentRefs {
		ref := &r.ComponentRefs[i]
		known[ref.Name] = true
		for _, m := range []struct {
			files *[]string
			given map[string][]byte
			field string
		}{{&ref.ManifestFiles, g.ComponentManifests[ref.Name], "ComponentManifests"}, {&ref.PreManifestFiles, g.ComponentPreManifests[ref.Name], "ComponentPreManifests"}} {
			if len(*m.files) > 0 && len(m.given) == 0 && ref.Enabled() {
				problems = append(problems, errors.Invalid("component %q refers to manifest %q, and %s has no manifest of it; read the files first", ref.Name, (*m.files)[0], m.field))
				continue
			}
			*m.files = slices.Sorted(maps.Keys(m.given))
		}
		if ref.Enabled() && ref.Type.Is(recipe.ComponentTypeKustomize) {
			problems = append(problems, errors.Invalid("component %q is of type Kustomize, and Flux bundles hold only Helm components; switch it off or make it a Helm component", ref.Name))
		}
	}
	for field, names := range map[string][]string{
		"ComponentValues": slices.Collect(maps.Keys(g.ComponentValues)), "ComponentManifests": slices.Collect(maps.Keys(g.ComponentManifests)),
		"ComponentPreManifests": slices.Collect(maps.Keys(g.ComponentPreManifests)), "DynamicValues": slices.Collect(maps.Keys(g.DynamicValues)),
	} {
		slices.Sort(names)
		for _, name := range names {
			if !known[name] {
				problems = append(problems, errors.Invalid("%s has an entry for %q, which is no component of the recipe", field, name))
			}
		}
	}
	slices.SortStableFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return &r, errors.Join(append(problems, r.Validate())...)
}

func (p *planner) build(ctx context.Context, order []string) (*Plan, error) {
	if len(order) == 0 {
		return nil, errors.Invalid("the recipe has no enabled component; a bundle without releases would make Flux delete everything it deployed")
	}
	refs := make(map[string]*recipe.ComponentRef, len(p.recipe.ComponentRefs))
	for i := range p.recipe.ComponentRefs {
		refs[p.recipe.ComponentRefs[i].Name] = &p.recipe.ComponentRefs[i]
	}
	p.first, p.last = make(map[string]int, len(order)), make(map[string]int, len(order))
	for _, name := range order {
		if err := p.component(ctx, refs[name]); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			p.problems = append(p.problems, errors.In(err, "component %q", name))
		}
	}
	if err := errors.Join(p.problems...); err != nil {
		return nil, err
	}
	p.sources()
	if err := p.dependencies(order, refs); err != nil {
		return nil, err
	}
	p.plan.Vendored = localformat.NewProvenance(p.plan.Vendored).VendoredCharts
	return p.plan, nil
}

// component adds the component's releases: its pre-manifests, its chart or,
// for a manifest-only component, its manifests, and its post-manifests.
func (p *planner) component(ctx context.Context, ref *recipe.ComponentRef) error {
	if err := errors.Join(checkText(ref.Chart), checkText(ref.Version)); err != nil {
		return err
	}
	all, err := p.values(ref)
	if err != nil {
		return err
	}
	p.first[ref.Name] = len(p.plan.Releases)
	if pre := p.g.ComponentPreManifests[ref.Name]; len(pre) > 0 {
		if err := p.manifests(ref, ref.Name+"-pre", pre, all); err != nil {
			return err
		}
	}
	manifests := p.g.ComponentManifests[ref.Name]
	if ref.ManifestOnly() {
		if err := p.manifests(ref, ref.Name, manifests, all); err != nil {
			return err
		}
	} else {
		if err := p.chart(ctx, ref, all); err != nil {
			return err
		}
		if len(manifests) > 0 {
			if err := p.manifests(ref, ref.Name+"-post", manifests, all); err != nil {
				return err
			}
		}
	}
	p.last[ref.Name] = len(p.plan.Releases) - 1
	return nil
}

// componentValues are a component's values, split into what stands in the
// HelmRelease, what goes into the ConfigMap, and dynamic paths without a value.
type componentValues struct {
	inline, dynamic map[string]any
	unset           [][]string
}

func (p *planner) values(ref *recipe.ComponentRef) (*componentValues, error) {
	inline, err := values.Normalize(p.g.ComponentValues[ref.Name])
	if err != nil {
		return nil, errors.Invalid("values: %s", err)
	}
	if err := checkTexts(inline); err != nil {
		return nil, errors.In(err, "values")
	}
	for _, path := range values.SecretPaths(inline) {
		p.warn("component %q: the value at %q looks like a secret and will stand in Git in clear; let the chart read an existing Secret", ref.Name, path)
	}
	var paths [][]string
	for _, dynamic := range p.g.DynamicValues[ref.Name] {
		keys, err := values.ParsePath(dynamic)
		if err != nil {
			return nil, errors.Invalid("dynamic %s", err)
		}
		if err := checkText(dynamic); err != nil {
			return nil, errors.In(err, "dynamic path")
		}
		paths = append(paths, keys)
	}
	moved, unset, err := values.Split(inline, paths)
	if err != nil {
		return nil, errors.Invalid("dynamic %s", err)
	}
	return &componentValues{inline: inline, dynamic: moved, unset: unset}, nil
}

func (p *planner) warn(format string, args ...any) {
	p.plan.Warnings = append(p.plan.Warnings, fmt.Sprintf(format, args...))
}

func (p *planner) release(ref *recipe.ComponentRef, name string) *Release {
	p.plan.Releases = append(p.plan.Releases, Release{
		Name: name, Component: ref.Name, CreateNamespace: true,
		TargetNamespace: ref.Namespace, StorageNamespace: ref.Namespace,
	})
	return &p.plan.Releases[len(p.plan.Releases)-1]
}

// manifests adds a release of a local chart of manifests. It gets the values
// under the component's name, and only where its templates read values.
func (p *planner) manifests(ref *recipe.ComponentRef, name string, files map[string][]byte, v *componentValues) error {
	chart, err := localformat.NewManifestChart(localformat.Manifests{
		Release: name, Namespace: ref.Namespace, AppVersion: ref.Version, Files: files,
	})
	if err != nil {
		return err
	}
	r := p.release(ref, name)
	p.local(r, chart)
	if chart.ReadsValues {
		r.nest(ref.Name, v, true)
	} else if ref.ManifestOnly() && name == ref.Name && len(v.dynamic)+len(v.unset) > 0 {
		p.warn("component %q: no manifest of it reads values, so its dynamic values have no effect", ref.Name)
	}
	return nil
}

func (p *planner) local(r *Release, chart *localformat.Chart) {
	r.Local, r.Version = chart, chart.Version
	r.Chart = "./" + strings.TrimPrefix(p.settings.repoPath+"/"+r.Name, "/")
	for _, w := range chart.VersionLabels {
		if p.g.OCISourceName != "" {
			p.warn("component %q: %s", r.Component, w)
		}
	}
	for _, w := range chart.Warnings {
		p.warn("component %q: %s", r.Component, w)
	}
}

// nest gives the release the component's values under key. Where always is
// set the key is there even without values, for templates that look it up.
func (r *Release) nest(key string, v *componentValues, always bool) {
	if len(v.inline) > 0 || always {
		r.Values = map[string]any{key: v.inline}
	}
	if len(v.dynamic) > 0 {
		r.Dynamic = map[string]any{key: v.dynamic}
	}
	for _, path := range v.unset {
		r.Unset = append(r.Unset, append([]string{key}, path...))
	}
}

// chart adds the release of the component's upstream chart, or of the wrapper
// around it where charts are vendored.
func (p *planner) chart(ctx context.Context, ref *recipe.ComponentRef, v *componentValues) error {
	repo, err := recipe.ParseRepository(ref.Source)
	if err != nil {
		return err
	}
	version := ref.Version
	if !repo.OCI() {
		version = strings.TrimPrefix(version, "v")
	}
	if _, err := semver.StrictNewVersion(strings.TrimPrefix(version, "v")); err != nil {
		p.warn("component %q: version %q is a range, not a pin: the cluster takes the newest chart that matches; write a complete version such as 1.2.3", ref.Name, ref.Version)
	}
	if p.g.VendorCharts {
		return p.vendored(ctx, ref, v, localformat.Component{
			Name: ref.Name, Namespace: ref.Namespace, Repository: repo.String(), ChartName: ref.ChartName(), Version: version, IsOCI: repo.OCI(),
		})
	}
	r := p.release(ref, ref.Name)
	r.Chart, r.Version, r.SourceURL, r.SourceKind = ref.ChartName(), version, repo.String(), "HelmRepository"
	r.Values, r.Dynamic, r.Unset = v.inline, v.dynamic, v.unset
	return nil
}

func (p *planner) vendored(ctx context.Context, ref *recipe.ComponentRef, v *componentValues, c localformat.Component) error {
	puller := p.g.Puller
	if puller == nil {
		puller = &localformat.CLIChartPuller{}
	}
	tgz, rec, tarball, err := puller.Pull(ctx, c)
	if err != nil {
		return errors.In(err, "chart %s %s of %s", c.ChartName, c.Version, c.Repository)
	}
	if tarball == "" {
		tarball = path.Base(c.ChartName) + "-" + c.Version + ".tgz"
	}
	if rec, err = rec.Complete(c, tgz, tarball); err != nil {
		return err
	}
	chart, err := localformat.NewWrapperChart(c, ref.Version, tgz, tarball)
	if err != nil {
		return err
	}
	p.plan.Vendored = append(p.plan.Vendored, rec)
	r := p.release(ref, ref.Name)
	p.local(r, chart)
	r.nest(chart.Name, v, false)
	return nil
}

// sources names the chart repositories and the GitRepository, and lets the
// releases refer to them.
func (p *planner) sources() {
	repos := map[string]recipe.Repository{}
	for i := range p.plan.Releases {
		if u := p.plan.Releases[i].SourceURL; u != "" {
			repos[u], _ = recipe.ParseRepository(u)
		}
	}
	names := sourceNames(slices.Collect(maps.Keys(repos)))
	for u, repo := range repos {
		p.plan.Repositories = append(p.plan.Repositories, Repository{Name: names[u], URL: u, OCI: repo.OCI(), Secret: p.settings.secrets[repo.Host]})
	}
	slices.SortFunc(p.plan.Repositories, func(a, b Repository) int { return strings.Compare(a.Name, b.Name) })

	git := p.g.GitSourceName
	if p.g.OCISourceName == "" && git == "" && p.plan.HasLocalCharts() {
		git = trimName(baseName(p.settings.gitURL), maxSourceName)
		p.plan.Git = &GitSource{Name: git, URL: p.settings.gitURL, Branch: p.settings.branch, Secret: p.g.RepoSecret}
		if p.plan.placeholder() {
			p.warn("no Git repository is named, so local charts refer to the placeholder %s, which Flux cannot reach; name yours with --repo URL (RepoURL)", p.plan.Git.URL)
		}
	}
	for i := range p.plan.Releases {
		switch r := &p.plan.Releases[i]; {
		case r.SourceURL != "":
			r.SourceName = names[r.SourceURL]
		case p.g.OCISourceName != "":
			r.SourceKind, r.SourceName = "ExternalArtifact", r.artifactName()
		default:
			r.SourceKind, r.SourceName = "GitRepository", git
		}
	}
}
