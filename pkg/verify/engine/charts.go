package engine

import (
	"context"
	stderrors "errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/internal/helmchart"
	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// LocalChart is a release whose chart the bundle holds, and what comes out of
// the two.
type LocalChart struct {
	Release *rollout.Release
	Source  rollout.ChartSource
	// Values are what helm-controller gives to Helm; ValueProblems are why there
	// may be others in the cluster.
	Values        map[string]any
	ValueProblems []rollout.Problem
	// Chart is nil where LoadErr says why.
	Chart   *helmchart.Chart
	LoadErr error
	// Manifests are what a first install sends to the cluster: the CRDs of crds/,
	// then the templates' documents. There are none where LoadErr or RenderErr
	// says why.
	Manifests []helmchart.Manifest
	RenderErr error
}

// CRDs are the manifests that Helm applies before all others, from crds/.
func (c *LocalChart) CRDs() []helmchart.Manifest {
	return slices.DeleteFunc(slices.Clone(c.Manifests), func(m helmchart.Manifest) bool { return !m.CRD })
}

// Charts returns the local charts of all releases, in their order. They are
// loaded and rendered once, side by side.
func (s *Scene) Charts() []*LocalChart { return s.localCharts() }

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

// UnusedCharts are the directories with a Chart.yaml, not inside another chart,
// that no release uses and no artifact is copied from, sorted.
func (s *Scene) UnusedCharts() []string { return s.loneCharts() }

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

// chartsBudget bounds the time for all charts of a bundle together. A thousand
// take seconds; charts that are written to take long get no more than this.
const chartsBudget = time.Minute

// ErrBudget is the LoadErr of charts that the budget does not suffice for.
var ErrBudget = &helmchart.Error{Kind: helmchart.KindLimit, Message: "the charts before this one took a minute, and so it was not looked at"}

// ErrMemory is the LoadErr of charts after one that fills the memory, which
// cannot be stopped.
var ErrMemory = &helmchart.Error{Kind: helmchart.KindLimit, Message: "another chart fills the memory, and so it was not looked at"}

func (s *Scene) readCharts() []*LocalChart {
	ctx, cancel := context.WithTimeoutCause(s.Ctx, chartsBudget, ErrBudget)
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var all []*LocalChart
	loads := map[string]func() (*helmchart.Chart, error){}
	var loaders []func() (*helmchart.Chart, error)
	for _, release := range s.Releases {
		c := &LocalChart{Release: release, Source: s.Source(release)}
		if !c.Source.Local() {
			continue
		}
		key := release.Source.String() + " " + c.Source.Dir
		load, known := loads[key]
		if !known {
			load = sync.OnceValues(func() (*helmchart.Chart, error) { return helmchart.FromBundle(s.Tree, c.Source) })
			loads[key] = load
		}
		all, loaders = append(all, c), append(loaders, load)
	}
	parallel.Each(len(all), func(i int) {
		all[i].read(ctx, s.Rollout, loaders[i])
		if e, ok := stderrors.AsType[*helmchart.Error](all[i].RenderErr); ok && e.Kind == helmchart.KindMemory {
			stop(ErrMemory)
		}
	})
	return all
}

func (c *LocalChart) read(ctx context.Context, r *rollout.Rollout, load func() (*helmchart.Chart, error)) {
	c.Values, c.ValueProblems = r.Compose(c.Release)
	if c.LoadErr = context.Cause(ctx); c.LoadErr != nil {
		return
	}
	if c.Chart, c.LoadErr = load(); c.LoadErr != nil {
		return
	}
	c.Manifests, c.RenderErr = helmchart.Render(ctx, c.Chart, helmchart.Install{
		Release: c.Release.ReleaseName, Namespace: c.Release.TargetNamespace, Values: c.Values,
		KubeVersion: fittingKubernetes(c.Chart.KubeVersion),
	})
}

// fittingKubernetes returns a Kubernetes version that a chart accepts; "" is
// the usual one, where the chart does. Which one a cluster has is not known.
func fittingKubernetes(wanted string) string {
	constraint, err := semver.NewConstraint(wanted)
	if wanted == "" || err != nil {
		return ""
	}
	if usual, err := semver.NewVersion(helmchart.DefaultKubeVersion); err == nil && constraint.Check(usual) {
		return ""
	}
	const newest, oldest = 40, 16
	for minor := newest; minor >= oldest; minor-- {
		version := fmt.Sprintf("1.%d.0", minor)
		if parsed, err := semver.NewVersion(version); err == nil && constraint.Check(parsed) {
			return "v" + version
		}
	}
	return ""
}

// RenderErrors are what is wrong with the rendering of a loaded chart.
func (c *LocalChart) RenderErrors() []*helmchart.Error {
	list, several := stderrors.AsType[errors.List](c.RenderErr)
	if !several {
		list = errors.List{c.RenderErr}
	}
	var all []*helmchart.Error
	for _, err := range list {
		if e, ok := stderrors.AsType[*helmchart.Error](err); ok {
			all = append(all, e)
		}
	}
	return all
}

// EachChart returns the local charts without those that another release has, too.
func (p *Pass) EachChart() []*LocalChart {
	seen := map[string]bool{}
	var all []*LocalChart
	for _, c := range p.Charts() {
		if key := c.Source.Dir + " " + c.Release.Source.String(); !seen[key] && len(c.Source.Problems) == 0 {
			seen[key] = true
			all = append(all, c)
		}
	}
	return all
}
