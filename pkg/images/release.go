package images

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// lister finds the images of releases.
type lister struct {
	rollout *rollout.Rollout
	Options
}

// release renders the release's chart with its values.
func (l lister) release(ctx context.Context, release *rollout.Release) result {
	r := result{name: release.Name}
	composed, problems := l.rollout.Compose(release)
	for i := range problems {
		r.warnings = append(r.warnings, problems[i].Text+"; the chart is rendered with the values that are known")
	}
	if release.Get("spec", "postRenderers") != nil {
		r.warnings = append(r.warnings, "its postRenderers may change images; they are not applied here")
	}
	parts, manifests, err := l.render(ctx, release, composed)
	if err != nil {
		r.err = err
		return r
	}
	tested, _ := release.Get("spec", "test", "enable").(bool)
	for _, manifest := range manifests {
		if object := manifest.Object(); tested || !isTest(object) {
			r.take(manifest.Template, object)
		}
	}
	r.values = inValues(composed, defaults(parts))
	return r
}

// take takes the images of an object, and warns of texts in the place of one.
func (r *result) take(file string, object map[string]any) {
	images, strange := inObject(object)
	r.manifest = append(r.manifest, images...)
	for _, text := range strange {
		r.warnings = append(r.warnings, fmt.Sprintf("%s has the invalid image reference %q", file, text))
	}
}

// isTest tells whether only "helm test" runs the manifest.
func isTest(object map[string]any) bool {
	metadata, _ := object["metadata"].(map[string]any)
	annotations, _ := metadata["annotations"].(map[string]any)
	for hook := range strings.SplitSeq(text(annotations, "helm.sh/hook"), ",") {
		if hook = strings.TrimSpace(hook); hook != "test" && hook != "test-success" && hook != "test-failure" {
			return false
		}
	}
	return true
}

// defaults are the chart's own values with those of the charts inside it.
func defaults(p *chart.Part) map[string]any {
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

// render renders the release's chart, and returns it as its files have it, too.
func (l lister) render(ctx context.Context, release *rollout.Release, composed map[string]any) (*chart.Part, []chart.Manifest, error) {
	packed, name, err := l.packed(ctx, release)
	if err != nil {
		return nil, nil, err
	}
	in := chart.Install{
		Release: release.ReleaseName, Namespace: release.TargetNamespace, KubeVersion: l.KubeVersion, APIVersions: l.APIVersions,
	}
	if in.Values, err = json.Marshal(composed); err != nil {
		return nil, nil, errors.Wrap(errors.ErrCodeInvalidRequest, err, "values")
	}
	renderer := cmp.Or[render.Renderer](l.Renderer, render.InProcess{})
	result, err := renderer.Chart(ctx, render.ChartJob{Package: packed, Installs: []chart.Install{in}})
	switch {
	case err != nil:
		return nil, nil, err
	case result.Err != nil:
		return nil, nil, errors.In(result.Err, "chart %s", name)
	}
	var problems []error
	for _, e := range result.Installs[0].Errors {
		problems = append(problems, e)
	}
	return result.Chart.Parts, result.Installs[0].Manifests, errors.In(errors.Join(problems...), "chart %s %s", result.Chart.Name, result.Chart.Version)
}

// packed finds the release's chart in the bundle, or pulls it, and says what to call it.
func (l lister) packed(ctx context.Context, release *rollout.Release) (chart.Package, string, error) {
	source := l.rollout.ChartSource(release, "")
	switch source.Origin {
	case rollout.OriginGit, rollout.OriginArtifact:
		packed, err := chart.FromBundle(ctx, l.rollout.Tree, source)
		return packed, source.Dir, errors.In(err, "chart %s", source.Dir)
	case rollout.OriginRepository:
		return l.pulled(ctx, release, source)
	case rollout.OriginMissing:
		return chart.Package{}, "", errors.Invalid("the bundle does not hold its chart %q; generate the bundle again", release.Chart)
	}
	return chart.Package{}, "", errors.Invalid("its chart comes from %s, which the bundle does not describe; put that object into the bundle", release.Source)
}

// pulled pulls an upstream chart. Errors of the puller name the chart.
func (l lister) pulled(ctx context.Context, release *rollout.Release, source rollout.ChartSource) (chart.Package, string, error) {
	c, err := chart.Upstream(l.rollout, release, source)
	name := c.ChartName + " " + c.Version
	switch {
	case err != nil:
		return chart.Package{}, "", err
	case l.Puller == nil:
		return chart.Package{}, "", errors.Invalid("chart %s of %s is not in the bundle, and there is no puller; vendor the charts, or set Options.Puller",
			name, c.Repository)
	}
	tgz, _, _, err := l.Puller.Pull(ctx, c)
	return chart.Package{Archive: tgz}, name, err
}
