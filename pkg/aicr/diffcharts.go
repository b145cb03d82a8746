package aicr

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/images"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// rendering renders the charts of the releases that change.
type rendering struct {
	Renderer    Renderer
	puller      localformat.ChartPuller // nil leaves out the charts that a bundle does not hold
	jobs        int
	KubeVersion string
	APIVersions []string
}

// compare compares two bundles, with what Helm makes of the charts at hand.
func (r rendering) compare(ctx context.Context, from, to *diff.Side) (diff.Report, error) {
	if err := chart.CheckKubeVersion(r.KubeVersion); err != nil {
		return diff.Report{}, err
	}
	type job struct {
		side     *diff.Side
		release  *rollout.Release
		rendered *diff.Rendered
		err      error
	}
	var jobs []*job
	for _, change := range rollout.Compare(from.Rollout, to.Rollout) {
		for _, side := range []*diff.Side{from, to} {
			if release := side.Release(change.Ref); release != nil {
				jobs = append(jobs, &job{side: side, release: release})
			}
		}
	}
	parallel.Limited(r.jobs, len(jobs), func(i int) {
		if j := jobs[i]; ctx.Err() == nil {
			j.rendered, j.err = r.render(ctx, j.side, j.release)
		}
	})
	for _, side := range []*diff.Side{from, to} {
		side.Rendered = map[rollout.Ref]*diff.Rendered{}
		side.Images = images.Named(side.Own())
	}
	for _, j := range jobs {
		if j.err != nil || ctx.Err() != nil {
			return diff.Report{}, cmp.Or(j.err, context.Cause(ctx))
		}
		j.side.Rendered[j.release.Ref] = j.rendered
	}
	return diff.Of(from, to), nil
}

// render renders the chart of a release twice; see diff.Rendered. The error is of ctx or of the
// system: what is wrong with the chart is in the result.
func (r rendering) render(ctx context.Context, side *diff.Side, release *rollout.Release) (*diff.Rendered, error) {
	composed, _ := side.Compose(release)
	rendered := &diff.Rendered{InValues: images.InValues(composed)}
	packed, problem := r.packed(ctx, side.Rollout, release)
	if problem != nil || packed.Files == nil && packed.Archive == nil {
		if problem != nil {
			rendered.Problem = problem.Error()
		} else {
			rendered.Absent = true
		}
		return rendered, context.Cause(ctx)
	}
	given, err := json.Marshal(composed)
	if err != nil {
		rendered.Problem = err.Error()
		return rendered, nil
	}
	in := chart.Install{
		Release: release.ReleaseName, Namespace: release.TargetNamespace, Values: given,
		KubeVersion: r.KubeVersion, AnyKubeVersion: r.KubeVersion == "", APIVersions: r.APIVersions,
	}
	if release.Get("spec", "postRenderers") != nil || release.Get("spec", "commonMetadata") != nil {
		in.PostRender = chart.PostRenderOf(release, chart.HooksCombined)
	}
	renderer := cmp.Or[Renderer](r.Renderer, render.InProcess{})
	result, err := renderer.Chart(ctx, render.ChartJob{Package: packed, Installs: []chart.Install{in, in}})
	if err != nil {
		return nil, err
	}
	if result.Err != nil {
		rendered.Problem = result.Err.Error()
		return rendered, nil
	}
	for _, installed := range result.Installs {
		if at := slices.IndexFunc(installed.Errors, (*chart.Error).Stops); at >= 0 {
			rendered.Problem = installed.Errors[at].Error()
			return rendered, nil
		}
	}
	if len(result.Installs) > 1 {
		rendered.Manifests, rendered.Again = manifestsOf(result.Installs[0]), manifestsOf(result.Installs[1])
	}
	var objects []map[string]any
	for _, m := range rendered.Manifests {
		objects = append(objects, m.Object)
	}
	rendered.Images = images.Named(objects)
	return rendered, nil
}

// packed is the chart of a release; an empty one where nobody asked for it.
func (r rendering) packed(ctx context.Context, of *rollout.Rollout, release *rollout.Release) (chart.Package, error) {
	source := of.ChartSource(release, "")
	switch {
	case source.Local():
		return chart.FromBundle(ctx, of.Tree, source)
	case source.Origin != rollout.OriginRepository || r.puller == nil:
		return chart.Package{}, nil
	}
	asked, err := chart.Upstream(of, release, source)
	if err != nil {
		return chart.Package{}, err
	}
	archive, _, _, err := r.puller.Pull(ctx, asked)
	return chart.FromRepository(archive, release), err
}

func manifestsOf(in render.Installed) []diff.Manifest {
	var all []diff.Manifest
	for _, m := range in.Manifests {
		all = append(all, diff.Manifest{Object: m.Object(), Hook: m.Hook, CRD: m.CRD})
	}
	return all
}
