package images

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"

	"golang.org/x/sync/semaphore"

	"github.com/aicr-flux/aicr/internal/helmchart"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// lister finds the images of releases.
type lister struct {
	rollout *rollout.Rollout
	Options
	// cpus keeps charts from sharing a processor while their time to render runs.
	cpus *semaphore.Weighted
}

// release renders the release's chart with its values.
func (l lister) release(ctx context.Context, release *rollout.Release) result {
	r := result{name: release.Name}
	composed, problems := l.rollout.Compose(release)
	for i := range problems {
		r.warnings = append(r.warnings, problems[i].Text+", so the chart is rendered without them")
	}
	if release.Get("spec", "postRenderers") != nil {
		r.warnings = append(r.warnings, "its postRenderers may change images; they are not applied here")
	}
	chart, err := l.chart(ctx, release)
	if err != nil {
		r.err = err
		return r
	}
	if r.err = l.cpus.Acquire(ctx, 1); r.err != nil {
		return r
	}
	defer l.cpus.Release(1)
	manifests, err := helmchart.Render(ctx, chart, helmchart.Install{
		Release: release.ReleaseName, Namespace: release.TargetNamespace, Values: composed,
		KubeVersion: l.KubeVersion, APIVersions: l.APIVersions,
	})
	if err != nil {
		r.err = errors.In(err, "chart %s %s", chart.Name, chart.Version)
		return r
	}
	tested, _ := release.Get("spec", "test", "enable").(bool)
	for _, manifest := range manifests {
		if tested || !isTest(manifest) {
			r.take(manifest.Template, manifest.Object)
		}
	}
	if namesAny(composed) {
		r.values = inValues(composed, defaults(chart.Parts))
	}
	return r
}

// take takes the images of an object, and warns of what is none in the file.
func (r *result) take(file string, object map[string]any) {
	images, strange := inObject(object)
	r.manifest = append(r.manifest, images...)
	for _, text := range strange {
		r.warnings = append(r.warnings, fmt.Sprintf("%s names the image %q, which is no reference", file, text))
	}
}

// isTest tells whether only "helm test" runs the manifest.
func isTest(m helmchart.Manifest) bool {
	metadata, _ := m.Object["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	for hook := range strings.SplitSeq(text(annotations, "helm.sh/hook"), ",") {
		if hook = strings.TrimSpace(hook); hook != "test" && hook != "test-success" && hook != "test-failure" {
			return false
		}
	}
	return true
}

// defaults are the chart's own values with those of the charts inside it.
func defaults(p *helmchart.Part) map[string]any {
	own, err := values.Decode(p.Values)
	if err != nil || own == nil {
		own = map[string]any{} // Helm has loaded the chart, so that this is another reading of YAML, and no loss
	}
	for _, inside := range p.Inside {
		name := inside.Name
		for _, d := range p.Dependencies {
			if d.Alias != "" && d.Accepts(inside) {
				name = d.Alias
			}
		}
		inner := defaults(inside)
		if over, ok := own[name].(map[string]any); ok {
			values.Merge(inner, over)
		}
		own[name] = inner
	}
	return own
}

// chart finds the release's chart in the bundle, or pulls it.
func (l lister) chart(ctx context.Context, release *rollout.Release) (*helmchart.Chart, error) {
	source := l.rollout.ChartSource(release, "")
	switch source.Origin {
	case rollout.OriginGit, rollout.OriginArtifact:
		chart, err := helmchart.FromBundle(l.rollout.Tree, source)
		return chart, errors.In(err, "chart %s", source.Dir)
	case rollout.OriginRepository:
		return l.pulled(ctx, release, source.Repository)
	case rollout.OriginMissing:
		return nil, errors.Invalid("the bundle does not hold its chart %q; generate the bundle again", release.Chart)
	}
	return nil, errors.Invalid("its chart comes from %s, which the bundle does not describe; put that object into the bundle", release.Source)
}

// pulled pulls an upstream chart. Errors of the puller name the chart.
func (l lister) pulled(ctx context.Context, release *rollout.Release, url string) (*helmchart.Chart, error) {
	c, err := l.component(release, url)
	if err != nil {
		return nil, err
	}
	if l.Puller == nil {
		return nil, errors.Invalid("chart %s %s of %s is not in the bundle, and there is no puller; vendor the charts, or set Options.Puller",
			c.ChartName, c.Version, c.Repository)
	}
	tgz, _, _, err := l.Puller.Pull(ctx, c)
	if err != nil {
		return nil, err
	}
	chart, err := helmchart.FromArchive(tgz)
	return chart, errors.In(err, "chart %s %s", c.ChartName, c.Version)
}

// component says what to pull as Flux would.
func (l lister) component(release *rollout.Release, url string) (localformat.Component, error) {
	c := localformat.Component{Name: release.Name, Namespace: release.TargetNamespace, ChartName: release.Chart, Version: cmp.Or(release.Version, "*")}
	if release.HasChartRef {
		source := l.rollout.Object(release.Source)
		url, c.ChartName = path.Split(strings.TrimRight(url, "/"))
		c.Version = cmp.Or(source.Text("spec", "ref", "tag"), source.Text("spec", "ref", "semver"))
		if c.Version == "" {
			return c, errors.Invalid("%s has neither a tag nor a semver range; write spec.ref.tag", release.Source)
		}
	}
	repository, err := recipe.ParseRepository(url)
	c.Repository, c.IsOCI = repository.String(), repository.OCI()
	return c, err
}
