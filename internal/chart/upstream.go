package chart

import (
	"cmp"
	"path"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Upstream says what to pull for a release whose chart comes from a repository, as Flux asks for it.
func Upstream(r *rollout.Rollout, release *rollout.Release, source rollout.ChartSource) (localformat.Component, error) {
	c := localformat.Component{Name: release.Name, Namespace: release.TargetNamespace, ChartName: release.Chart, Version: cmp.Or(release.Version, "*")}
	url := source.Repository
	if release.HasChartRef {
		url, c.ChartName = path.Split(strings.TrimRight(url, "/"))
		var err error
		if c.Version, err = artifactVersion(r.Object(release.Source)); err != nil {
			return c, err
		}
	}
	repository, err := recipe.ParseRepository(url)
	c.Repository, c.IsOCI = repository.String(), repository.OCI()
	return c, err
}

// artifactVersion is the version that an OCIRepository asks for.
func artifactVersion(o *rollout.Object) (string, error) {
	tag := o.Text("spec", "ref", "tag")
	version := cmp.Or(tag, o.Text("spec", "ref", "semver"))
	if version == "" {
		return "", errors.Invalid("%s has neither a tag nor a semver range; write spec.ref.tag", o.Ref)
	}
	if _, err := semver.NewConstraint(version); err != nil && tag != "" {
		return "", errors.Invalid("%s has the tag %q, which is no version of a chart; write the version into spec.ref.tag", o.Ref, tag)
	}
	return version, nil
}
