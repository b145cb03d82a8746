package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aicr-flux/aicr/internal/suggest"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/rollout/simulate"
)

// wakeLabel marks a release that is woken when what it waits for is ready.
const wakeLabel = "aicr.run/wake"

// facts are what is known of a release.
type facts struct {
	simulate.Release
	component string
	kind      string
	from      string // why it takes this long
	woken     bool
}

// read reads the facts of all releases, and finds what the options say of releases that the bundle
// does not have.
func (p *planner) read() error {
	p.byName = make(map[string]int, len(p.releases))
	components := map[string]string{}
	for _, s := range p.rollout.Summaries() {
		components[s.Name] = s.Component
	}
	for i, r := range p.releases {
		p.byName[r.Name] = i
		p.facts = append(p.facts, p.factsOf(r, components[r.Name]))
		p.outside(i)
	}
	return errors.Join(p.times(), p.whatIf())
}

func (p *planner) factsOf(r *rollout.Release, component string) facts {
	f := facts{component: component, kind: p.kindOf(r)}
	f.Name = r.Name
	f.Timeout = duration0(r.Text("spec", "timeout"))
	if own := duration0(r.Text("spec", "install", "timeout")); own > 0 {
		f.Timeout = own
	}
	f.Retry = retryOf(r)
	f.Suspended, _ = r.Get("spec", "suspend").(bool)
	f.Composed = r.Source.Kind == "ExternalArtifact"
	f.woken = r.Text("metadata", "labels", wakeLabel) == "true"
	return f
}

// retryOf is what becomes of an install that fails, with the defaults of helm-controller.
func retryOf(r *rollout.Release) simulate.Retry {
	if r.Text("spec", "install", "strategy", "name") == "RetryOnFailure" {
		interval := duration0(r.Text("spec", "install", "strategy", "retryInterval"))
		if interval == 0 {
			interval = 5 * time.Minute
		}
		return simulate.Retry{Interval: interval}
	}
	n, _ := r.Get("spec", "install", "remediation", "retries").(int64)
	return simulate.Retry{Attempts: int(n)}
}

// duration0 reads a duration, which is 0 where there is none that can be used; verify says what is
// wrong with it. Longer than a time that can be planned nothing takes.
func duration0(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0
	}
	return min(d, maxTime)
}

// outside takes what the bundle does not have for ready, because it may be in the cluster.
func (p *planner) outside(i int) {
	r := p.releases[i]
	for _, d := range r.DependsOn {
		known := slices.ContainsFunc(p.needs[i], func(n int) bool { return p.releases[n].Name == d.Name })
		if !known {
			p.warn("release %s waits for %s, which is not in the bundle; it is taken for ready", r.Name, d.Ref)
		}
	}
}

// whatIf puts what else happens on top.
func (p *planner) whatIf() error {
	var problems []error
	for _, w := range p.WhatIf {
		i, known := p.byName[w.Release]
		switch {
		case !known:
			problems = append(problems, errors.Invalid("`WhatIf` %q: %s", w.Release, p.unknown(w.Release)))
			continue
		case w.Time < 0 || w.Time > maxTime:
			problems = append(problems, errors.Invalid("`WhatIf` %s: %s is no time that an install takes; give one of at most %s", w.Release, w.Time, config.Duration(maxTime)))
			continue
		case w.Fails < 0 || w.Fails > maxFails:
			problems = append(problems, errors.Invalid("`WhatIf` %s: it cannot fail %d times; give a number of at most %d", w.Release, w.Fails, maxFails))
			continue
		}
		f := &p.facts[i]
		if w.Time > 0 {
			f.Time, f.from = w.Time, "what if"
		}
		if w.Fails > 0 {
			f.Fails = w.Fails
		}
	}
	return errors.Join(problems...)
}

func (p *planner) warn(format string, args ...any) {
	p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
}

// unknown says that there is no release of that name, and which may be meant.
func (p *planner) unknown(name string) string {
	names := slices.Sorted(maps.Keys(p.byName))
	return "the bundle has no release of this name" + cmp.Or(suggest.Meant(name, names, "%q"), "; it has "+suggest.Some(names))
}
