// Package plan says how the first rollout of a bundle goes: in which waves, along which critical
// path, and how long it takes until everything is ready, in the order that the bundle has and in
// the others that it could have. It reads the bundle as Flux sees it (pkg/rollout), and plays the
// rollout on a model of Flux's controllers (pkg/rollout/simulate).
//
// How long an install takes nobody can tell from a bundle. It comes from a table that is right to
// the order of magnitude, from a file that a person wrote, or from what a cluster recorded.
package plan

import (
	"cmp"
	"context"
	"io/fs"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/rollout/simulate"
)

// Options say what the rollout meets. The zero value is usable.
type Options struct {
	// Builder runs kustomize where a bundle needs it; see rollout.Options.
	Builder rollout.Builder
	// Times are how long installs take; nil is the table of this package. ParseTimes reads them.
	Times *Times
	// Requeue is how long helm-controller waits before it looks at a release again that waits for
	// others (its own default: 30s), Workers how many releases it works on at once (4).
	Requeue time.Duration
	Workers int
	// WhatIf is what else happens to releases.
	WhatIf []WhatIf
	// Clusters is how many clusters reconcile the bundle; 0 leaves out how often they ask.
	Clusters int
}

// WhatIf is something that happens to a release.
type WhatIf struct {
	Release string
	// Time is how long it takes until it is ready; 0 leaves that to Times.
	Time time.Duration
	// Fails is how many installs fail, each after the timeout, before one succeeds.
	Fails int
}

// maxFails bounds WhatIf.Fails: more is a mistake.
const maxFails = 100

// Of plans the rollout of the bundle in fsys. A bundle that cannot be read, or that has no release,
// is ErrCodeInvalidRequest.
func Of(ctx context.Context, fsys fs.FS, o Options) (Report, error) {
	r, err := rollout.Read(ctx, fsys, rollout.Options{Builder: o.Builder})
	if err != nil {
		return Report{}, err
	}
	if err := readable(r); err != nil {
		return Report{}, err
	}
	p := &planner{Options: o, rollout: r, releases: r.Graph().Releases, needs: r.Graph().Needs()}
	if err := p.read(); err != nil {
		return Report{}, err
	}
	report := Report{Requeue: Span(cmp.Or(o.Requeue, simulate.DefaultRequeue)), Workers: cmp.Or(o.Workers, simulate.DefaultWorkers)}
	for _, order := range p.orders() {
		if ctx.Err() != nil {
			return Report{}, context.Cause(ctx)
		}
		report.Orders = append(report.Orders, p.play(order))
	}
	if o.Clusters > 0 {
		report.Sources = p.sources()
	}
	report.Warnings = p.warnings
	return report, nil
}

// readable refuses a bundle of which only a part can be seen.
func readable(r *rollout.Rollout) error {
	var problems []error
	for i := range r.Broken {
		problems = append(problems, errors.Invalid("%s", r.Broken[i].Error()))
	}
	if r.BuildErr != nil {
		problems = append(problems, errors.Invalid("kustomize cannot build it: %s", r.BuildErr))
	}
	if len(r.Releases) == 0 && len(problems) == 0 {
		problems = append(problems, errors.Invalid("it holds no HelmRelease; name the directory of a bundle"))
	}
	return errors.Join(problems...)
}

// planner plans the rollout of one bundle.
type planner struct {
	Options
	rollout  *rollout.Rollout
	releases []*rollout.Release
	needs    [][]int // as the bundle has them
	byName   map[string]int
	facts    []facts // of each release
	warnings []string
}

// play plays the rollout in an order.
func (p *planner) play(o order) Order {
	played := make([]simulate.Release, len(p.releases))
	for i := range played {
		played[i] = p.facts[i].Release
		played[i].Needs = o.needs[i]
		played[i].Woken = o.woken(p.facts[i].woken)
	}
	result := simulate.Run(played, simulate.Options{Requeue: p.Requeue, Workers: p.Workers, Fetch: p.Times.fetch()})
	out := Order{Ordering: o.name, EventDriven: o.events, Own: o.own, Ready: Span(result.Ready)}
	out.Releases = make([]Release, 0, len(played))
	for _, i := range o.sequence() {
		out.Releases = append(out.Releases, p.outcome(i, o, result.Releases[i]))
		out.Waves = max(out.Waves, result.Releases[i].Wave)
	}
	if o.own {
		p.stuck(result)
	}
	for _, i := range result.Path {
		at := result.Releases[i]
		out.CriticalPath = append(out.CriticalPath, p.releases[i].Name)
		out.Installing += Span(at.Ready - at.Start)
		out.Waiting += Span(at.Start - at.Free)
	}
	return out
}

// stuck says why releases never become ready, but for those that only wait for others.
func (p *planner) stuck(result simulate.Result) {
	for i, got := range result.Releases {
		switch name := p.releases[i].Name; {
		case got.Ready != simulate.Never:
		case p.facts[i].Suspended:
			p.warn("release %s is suspended, so that it never becomes ready", name)
		case got.Attempts > 0:
			p.warn("release %s fails, and Flux gives up after %d of its installs; give it a longer timeout or the strategy RetryOnFailure", name, got.Attempts)
		case got.Wave == 0:
			p.warn("release %s waits for itself, or for one that does; remove a dependency from the cycle", name)
		}
	}
}

func (p *planner) outcome(i int, o order, got simulate.Outcome) Release {
	r := Release{
		Name: p.releases[i].Name, Component: p.facts[i].component, Wave: got.Wave, DependsOn: []string{},
		Kind: p.facts[i].kind, Time: Span(p.facts[i].Time), TimeFrom: p.facts[i].from,
		Free: Span(got.Free), Start: Span(got.Start), Ready: Span(got.Ready), Attempts: got.Attempts,
	}
	for _, n := range o.needs[i] {
		r.DependsOn = append(r.DependsOn, p.releases[n].Name)
	}
	return r
}
