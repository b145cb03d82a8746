package aicr

import (
	"path"
	"strings"

	"github.com/aicr-flux/aicr/pkg/recipe"
)

// repeated warns of an OCI source that ends in the chart's name, as the address of a chart does for
// "helm pull": Flux appends the name once more. Some charts do lie there, in a repository of that
// name; those that the registry knows, and those of an organization of that name, are not warned of.
func (r *resolver) repeated(ref *recipe.ComponentRef) {
	repo, err := recipe.ParseRepository(ref.Source)
	name := path.Base(ref.ChartName())
	switch {
	case err != nil || !repo.OCI() || !ref.Enabled(),
		path.Base(repo.Path) != name, path.Base(path.Dir(repo.Path)) == name,
		ref.Source == r.registry.Entry(ref.Name).Helm.DefaultRepository:
		return
	}
	r.warn("component %q: Flux will look for the chart at %s/%s; if %s is the chart itself, its source is %s://%s%s",
		ref.Name, repo, name, repo, repo.Scheme, repo.Host, strings.TrimSuffix(path.Dir(repo.Path), "/"))
}
