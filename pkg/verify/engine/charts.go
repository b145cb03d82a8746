package engine

import (
	"context"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/kubeapi"
	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// LocalChart is a release whose chart the bundle holds, and what comes out of the two.
type LocalChart struct {
	Release *rollout.Release
	Source  rollout.ChartSource
	// Values are what helm-controller gives to Helm; ValueProblems are why there may be others in
	// the cluster.
	Values        map[string]any
	ValueProblems []rollout.Problem
	// Chart is nil where LoadErr says why. Lint is what helm lint has against it, LintErr why that
	// is not known.
	Chart   *chart.Chart
	LoadErr error
	Lint    []chart.Message
	LintErr string
	// Resources are what a first install sends to the cluster: what is in crds/, then the
	// templates' documents. They are empty where LoadErr or RenderErrs say why.
	Resources  []Resource
	RenderErrs []*chart.Error
}

// Rendered reports whether Helm makes manifests of the chart.
func (c *LocalChart) Rendered() bool { return c.LoadErr == nil && len(c.RenderErrs) == 0 }

// Source returns where the release's chart comes from.
func (s *Scene) Source(release *rollout.Release) rollout.ChartSource {
	return s.chartSources()[release]
}

func (s *Scene) followCharts() map[*rollout.Release]rollout.ChartSource {
	all := make(map[*rollout.Release]rollout.ChartSource, len(s.Releases))
	for _, release := range s.Releases {
		all[release] = s.ChartSource(release, s.Options.RepositoryPath)
	}
	return all
}

func (s *Scene) findLoneCharts() []string {
	used := map[string]bool{}
	for _, release := range s.Releases {
		used[s.Source(release).Dir] = true
	}
	copied := s.copiedPaths()
	var lone []string
	last := ""
	for _, file := range s.Tree.Paths() {
		dir := path.Dir(file)
		if path.Base(file) != "Chart.yaml" || last != "" && strings.HasPrefix(dir, last+"/") {
			continue
		}
		last = dir
		fromIt := func(from string) bool { return from == dir || strings.HasPrefix(from, dir+"/") }
		if !used[dir] && !slices.ContainsFunc(copied, fromIt) {
			lone = append(lone, dir)
		}
	}
	return lone
}

// copiedPaths are the paths that ArtifactGenerators copy from.
func (s *Scene) copiedPaths() []string {
	var all []string
	for _, o := range s.Objects {
		for _, made := range rollout.Made(o) {
			a := s.Artifact(made)
			if a == nil {
				continue
			}
			for _, rule := range a.Rules {
				_, from, _ := strings.Cut(rule.From, "/")
				all = append(all, from)
			}
		}
	}
	return all
}

// Bounds of all charts of a bundle together, which one that is written to take long, or to render
// much, does not get past.
const (
	// chartsTime: a thousand charts take seconds.
	chartsTime = time.Minute
	// chartsOutput is in bytes of memory; what the charts of a large bundle render takes some 50 MiB.
	chartsOutput = 512 << 20
)

// ErrTime and ErrOutput are the LoadErr of charts that are left when the others have used up what
// all may have.
var (
	ErrTime   = &chart.Error{Kind: chart.KindLimit, Message: "the charts before this one took a minute, and so it was not looked at"}
	ErrOutput = &chart.Error{Kind: chart.KindLimit, Message: "what the charts before this one render takes more than 512 MiB of memory, and so it was not looked at"}
)

func (s *Scene) readCharts() []*LocalChart {
	ctx, cancel := context.WithTimeoutCause(s.Ctx, chartsTime, ErrTime)
	defer cancel()
	var all []*LocalChart
	var charts [][]*LocalChart
	known := map[string]int{}
	for _, release := range s.Releases {
		c := &LocalChart{Release: release, Source: s.Source(release)}
		if !c.Source.Local() {
			continue
		}
		c.Values, c.ValueProblems = s.Compose(release)
		all = append(all, c)
		key := release.Source.String() + " " + c.Source.Dir
		if c.Source.Values != nil {
			key += " " + release.String() // its values.yaml is one of its own
		}
		if i, found := known[key]; found {
			charts[i] = append(charts[i], c)
			continue
		}
		known[key] = len(charts)
		charts = append(charts, []*LocalChart{c})
	}
	parallel.Each(len(charts), func(i int) { s.read(ctx, charts[i]) })
	return all
}

// read has a chart rendered for each release that installs it.
func (s *Scene) read(ctx context.Context, installs []*LocalChart) {
	result, err := s.render(ctx, installs)
	for i, c := range installs {
		switch {
		case result.Err != nil:
			c.LoadErr = result.Err
		case i >= len(result.Installs):
			c.LoadErr = err
		default:
			c.Chart, c.Lint, c.LintErr = result.Chart, result.Lint, result.LintErr
			c.Resources, c.RenderErrs = c.resources(result.Installs[i].Manifests), result.Installs[i].Errors
		}
	}
}

func (s *Scene) render(ctx context.Context, installs []*LocalChart) (render.ChartResult, error) {
	switch {
	case ctx.Err() != nil:
		return render.ChartResult{}, context.Cause(ctx)
	case s.output.Load() > chartsOutput:
		return render.ChartResult{}, ErrOutput
	}
	packed, err := chart.FromBundle(ctx, s.Tree, installs[0].Source)
	if err != nil {
		return render.ChartResult{}, err
	}
	job := render.ChartJob{Package: packed, Lint: true}
	apis := slices.Concat(kubeapi.APIVersions(s.KubeVersion()), kubeschema.APIVersions(s.FluxVersion()))
	for _, c := range installs {
		values, err := json.Marshal(c.Values)
		if err != nil {
			return render.ChartResult{}, err
		}
		job.Installs = append(job.Installs, chart.Install{
			Release: c.Release.ReleaseName, Namespace: c.Release.TargetNamespace, Values: values,
			KubeVersion: s.KubeRelease(), AnyKubeVersion: s.Options.KubeVersion == "", APIVersions: apis, NoOtherAPIs: true,
		})
	}
	result, err := s.Options.renderer().Chart(ctx, job)
	if err != nil && ctx.Err() == nil {
		s.failed.Do(func() { s.failure = err })
	}
	if s.output.Add(result.Size()) > chartsOutput {
		return render.ChartResult{}, ErrOutput
	}
	return result, err
}

// Place is the chart's Chart.yaml.
func (c *LocalChart) Place() rollout.Place {
	return rollout.InFile(path.Join(c.Source.Dir, "Chart.yaml"), 0)
}

// EachChart returns the local charts without those that another release has, too.
func (s *Scene) EachChart() []*LocalChart {
	seen := map[string]bool{}
	var all []*LocalChart
	for _, c := range s.Charts() {
		if key := c.Source.Dir + " " + c.Release.Source.String(); !seen[key] && len(c.Source.Problems) == 0 {
			seen[key] = true
			all = append(all, c)
		}
	}
	return all
}

// EachLoadedChart returns those of EachChart that Helm loads.
func (s *Scene) EachLoadedChart() []*LocalChart {
	return slices.DeleteFunc(s.EachChart(), func(c *LocalChart) bool { return c.Chart == nil })
}
