package images

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
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
	charts  *charts
	Options
}

// release renders the release's chart with its values.
func (l lister) release(ctx context.Context, release *rollout.Release) result {
	r := result{name: release.Name}
	composed, problems := l.rollout.Compose(release)
	for i := range problems {
		r.warnings = append(r.warnings, problems[i].Text+"; the chart is rendered with the values that are known")
	}
	parts, installed, err := l.render(ctx, release, composed)
	if err != nil {
		r.err = err
		return r
	}
	tested, _ := release.Get("spec", "test", "enable").(bool)
	for _, e := range installed.Errors {
		r.warnings = append(r.warnings, e.Error())
	}
	for _, manifest := range installed.Manifests {
		if object := manifest.Object(); tested || !isTest(object) {
			r.take(l.Options, manifest.Template, object)
		}
	}
	r.values = inValues(composed, defaults(parts))
	return r
}

// take takes the images of an object, and warns of texts in the place of one.
func (r *result) take(o Options, file string, object map[string]any) {
	f := o.inObject(object)
	r.manifest = append(r.manifest, f.all...)
	for _, text := range f.strange {
		warning := fmt.Sprintf("%s has the invalid image reference %q", file, text)
		if strings.Contains(text, "${") {
			warning = fmt.Sprintf("%s has the image reference %q, which is completed in the cluster", file, text)
		}
		r.warnings = append(r.warnings, warning)
	}
	for _, note := range f.notes {
		if warning := file + ": " + note; !slices.Contains(r.warnings, warning) {
			r.warnings = append(r.warnings, warning)
		}
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
func (l lister) render(ctx context.Context, release *rollout.Release, composed map[string]any) (*chart.Part, render.Installed, error) {
	packed, name, err := l.packed(ctx, release)
	if err != nil {
		return nil, render.Installed{}, err
	}
	in := chart.Install{
		Release: release.ReleaseName, Namespace: release.TargetNamespace, KubeVersion: l.KubeVersion, APIVersions: l.APIVersions,
	}
	if release.Get("spec", "postRenderers") != nil {
		in.PostRender = chart.PostRenderOf(release, chart.HooksCombined)
	}
	if in.Values, err = json.Marshal(composed); err != nil {
		return nil, render.Installed{}, errors.Wrap(errors.ErrCodeInvalidRequest, err, "values")
	}
	renderer := cmp.Or[render.Renderer](l.Renderer, render.InProcess{})
	result, err := renderer.Chart(ctx, render.ChartJob{Package: packed, Installs: []chart.Install{in}})
	switch {
	case err != nil:
		return nil, render.Installed{}, err
	case result.Err != nil:
		return nil, render.Installed{}, errors.In(result.Err, "chart %s", name)
	}
	installed := result.Installs[0]
	if !slices.ContainsFunc(installed.Errors, (*chart.Error).Stops) {
		return result.Chart.Parts, installed, nil
	}
	var problems []error
	for _, e := range installed.Errors {
		problems = append(problems, e)
	}
	return nil, installed, errors.In(errors.Join(problems...), "chart %s %s", result.Chart.Name, result.Chart.Version)
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
	tgz, record, _, err := l.Puller.Pull(ctx, c)
	if err == nil {
		l.charts.add(Chart{Name: c.ChartName, Repository: c.Repository, Version: cmp.Or(record.Version, c.Version)}, release)
	}
	return chart.FromRepository(tgz, release), name, err
}
