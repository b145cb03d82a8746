package engine

import (
	"context"
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// LocalChart is a release whose chart is at hand, in the bundle or pulled, and what comes out of the
// two.
type LocalChart struct {
	Release *rollout.Release
	Source  rollout.ChartSource
	// Values are what helm-controller gives to Helm; ValueProblems are why there may be others in
	// the cluster.
	Values        map[string]any
	ValueProblems []rollout.Problem
	// Packed is the size of a pulled chart's archive, in bytes.
	Packed int
	// Chart is nil where LoadErr says why. Lint is what helm lint has against it, LintErr why that
	// is not known; a pulled chart is its makers' business, and so there is none.
	Chart   *chart.Chart
	LoadErr error
	Lint    []chart.Message
	LintErr string
	// Resources are what a first install sends to the cluster: what is in crds/, then the
	// templates' documents. They are empty where LoadErr or RenderErrs say why; some RenderErrs leave
	// them.
	Resources  []Resource
	RenderErrs []*chart.Error
}

// Rendered reports whether Helm makes manifests of the chart.
func (c *LocalChart) Rendered() bool {
	return c.LoadErr == nil && !slices.ContainsFunc(c.RenderErrs, (*chart.Error).Stops)
}

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
		for name, file := range s.Source(release).Files {
			used[path.Dir(file)] = used[path.Dir(file)] || path.Base(name) == "Chart.yaml"
		}
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
	var all []*LocalChart
	var charts []*sharedChart
	known := map[string]*sharedChart{}
	for _, release := range s.Releases {
		c := &LocalChart{Release: release, Source: s.Source(release)}
		if !s.AtHand(release) {
			continue
		}
		c.Values, c.ValueProblems = s.Compose(release)
		all = append(all, c)
		key := c.identity()
		if c.Source.Values != nil {
			key += " " + release.String() // its values.yaml is one of its own
		}
		if known[key] == nil {
			known[key] = &sharedChart{}
			charts = append(charts, known[key])
		}
		known[key].installs = append(known[key].installs, c)
	}
	s.pull(charts)
	ctx, cancel := context.WithTimeoutCause(s.Ctx, chartsTime, ErrTime)
	defer cancel()
	parallel.Each(len(charts), func(i int) { s.read(ctx, charts[i]) })
	return all
}

// sharedChart is a chart with the releases that install it.
type sharedChart struct {
	installs []*LocalChart
	// packed is there from the beginning for a pulled chart, and err why it is not.
	packed chart.Package
	err    error
}

// AtHand reports whether the chart of the release can be looked at.
func (s *Scene) AtHand(release *rollout.Release) bool {
	source := s.Source(release)
	return source.Local() || s.Options.Puller != nil && source.Origin == rollout.OriginRepository
}

// identity is the same for releases that install the same chart.
func (c *LocalChart) identity() string {
	source := c.Release.Source.String() + " " + c.Source.Dir
	if c.Source.Local() {
		return source
	}
	return strings.Join(append([]string{source, c.Release.Chart, c.Release.Version, strconv.FormatBool(c.Release.IgnoreMissingValuesFiles)}, c.Release.ValuesFiles...), "\n")
}

// read has a chart rendered for each release that installs it.
func (s *Scene) read(ctx context.Context, shared *sharedChart) {
	result, err := s.render(ctx, shared)
	for i, c := range shared.installs {
		switch {
		case result.Err != nil:
			c.LoadErr = result.Err
		case i >= len(result.Installs):
			c.LoadErr = err
		default:
			c.Packed = len(shared.packed.Archive)
			c.Chart, c.Lint, c.LintErr = result.Chart, result.Lint, result.LintErr
			c.Resources, c.RenderErrs = c.resources(result.Installs[i].Manifests), result.Installs[i].Errors
		}
	}
}

func (s *Scene) render(ctx context.Context, shared *sharedChart) (render.ChartResult, error) {
	switch {
	case shared.err != nil:
		return render.ChartResult{}, shared.err
	case ctx.Err() != nil:
		return render.ChartResult{}, context.Cause(ctx)
	case s.output.Load() > chartsOutput:
		return render.ChartResult{}, ErrOutput
	}
	job := render.ChartJob{Package: shared.packed}
	if source := shared.installs[0].Source; source.Local() {
		var err error
		if job.Package, err = chart.FromBundle(ctx, s.Tree, source); err != nil {
			return render.ChartResult{}, err
		}
		job.Lint = true
	}
	apis := s.apiVersions()
	for _, c := range shared.installs {
		values, err := json.Marshal(c.Values)
		if err != nil {
			return render.ChartResult{}, err
		}
		job.Installs = append(job.Installs, chart.Install{
			Release: c.Release.ReleaseName, Namespace: c.Release.TargetNamespace, Values: values,
			KubeVersion: s.KubeRelease(), AnyKubeVersion: s.Options.KubeVersion == "", APIVersions: apis, NoOtherAPIs: true,
			PostRender: chart.PostRenderOf(c.Release, s.hooks()),
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

// hooks says whether helm-controller post-renders hooks where a release does not say: since it has
// Helm 4.
func (s *Scene) hooks() string {
	if s.FluxVersion() == "2.7" {
		return chart.HooksLeft
	}
	return chart.HooksCombined
}

// Place is the chart's Chart.yaml; for one that is pulled, where the release names it.
func (c *LocalChart) Place() rollout.Place {
	switch {
	case c.Source.Local():
	case c.Release.HasChartRef:
		return c.Release.SourcePlace()
	default:
		return c.Release.Place("spec", "chart", "spec", "chart")
	}
	return rollout.InFile(path.Join(c.Source.Dir, "Chart.yaml"), 0)
}

// EachChart returns the charts at hand without those that another release has, too.
func (s *Scene) EachChart() []*LocalChart {
	seen := map[string]bool{}
	var all []*LocalChart
	for _, c := range s.Charts() {
		if key := c.identity(); !seen[key] && len(c.Source.Problems) == 0 {
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
