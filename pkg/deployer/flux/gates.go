package flux

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// checkGates refuses health checks for a Flux that does not have the field for them.
func (g *Generator) checkGates() error {
	var problems []error
	for _, f := range []struct {
		field string
		set   bool
	}{{"`Readiness`", g.Readiness}, {"`Ready`", len(g.Ready) > 0}, {"`ReadyFailed`", len(g.ReadyFailed) > 0}} {
		if f.set && olderThan(g.FluxVersion, config.GateFluxVersion) {
			problems = append(problems, errors.Invalid("%s needs Flux %s or later, and `FluxVersion` is %s, whose HelmReleases have no healthCheckExprs: the API server would refuse them; update Flux on the cluster, or leave it out",
				f.field, config.GateFluxVersion, g.FluxVersion))
		}
	}
	return errors.Join(problems...)
}

// olderThan compares lines of Flux versions. One that is not given is the newest.
func olderThan(line, other string) bool {
	a, err := semver.NewVersion(line)
	b, err2 := semver.NewVersion(other)
	return err == nil && err2 == nil && a.LessThan(b)
}

// gates puts the health checks of the component on the releases that bring the objects: those whose
// manifests have the kind, and otherwise that of the chart. Flux evaluates them on no other.
func (p *componentPlanner) gates(ref *recipe.ComponentRef) error {
	var problems []error
	for _, check := range p.g.HealthChecks[ref.Name] {
		if err := compile(check); err != nil {
			problems = append(problems, err)
			continue
		}
		var on []*Release
		var kinds []string
		for i := range p.releases {
			r := &p.releases[i]
			if r.Local == nil {
				continue
			}
			for _, k := range r.Local.Kinds {
				kinds = append(kinds, component.HealthCheck{APIVersion: k.Group + "/", Kind: k.Kind}.KindAndGroup())
			}
			if kind, ok := r.Local.Brings(check.Group(), check.Kind); ok {
				on, r.recreated = append(on, r), r.recreated || kind.Recreated
			}
		}
		for i := range p.releases {
			if r := &p.releases[i]; len(on) == 0 && check.InChart && r.upstream {
				on = append(on, r)
			}
		}
		for _, r := range on {
			r.Gates = append(r.Gates, check)
		}
		slices.Sort(kinds)
		switch missing := fmt.Sprintf("no release of component %q brings the kind %s, and Flux looks only at what a release brings; its manifests bring %s", ref.Name, check.KindAndGroup(), cmp.Or(strings.Join(slices.Compact(kinds), ", "), "nothing whose kind is clear")); {
		case len(on) > 0:
		case check.Given:
			problems = append(problems, errors.Invalid("%s: %s; write one of these", check.From, missing))
		case check.From != "":
			p.warn("%s: %s, so it is not waited for; say with `Ready` what to wait for instead", check.From, missing)
		}
	}
	return errors.Join(problems...)
}

// compile refuses what helm-controller would refuse. Where it does, it does not even install.
func compile(check component.HealthCheck) error {
	_, err := cel.NewStatusEvaluator(&kustomize.HealthCheckExpressions{Current: check.Current, Failed: check.Failed})
	if err == nil {
		return nil
	}
	return errors.Invalid("%s: %s; write CEL such as status.state == 'ready'", cmp.Or(check.From, check.KindAndGroup()), strings.Join(strings.Fields(err.Error()), " "))
}

// gated are the releases that wait for more than Flux sees by itself, in plan order.
func (p *Plan) gated() []*Release {
	var all []*Release
	for i := range p.Releases {
		if r := &p.Releases[i]; len(r.Gates) > 0 {
			all = append(all, r)
		}
	}
	return all
}

// minFlux is the oldest line of Flux versions that has all that the bundle uses.
func (p *Plan) minFlux() string {
	if len(p.gated()) > 0 {
		return config.GateFluxVersion
	}
	return config.MinFluxVersion
}

// gateNotes say what a release that is ready has to say for itself.
func (p *Plan) gateNotes() []string {
	var names []string
	for _, r := range p.gated() {
		names = append(names, r.Name+" ("+strings.Join(gateKinds(r), ", ")+")")
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"These releases are ready only when objects of theirs say so, and what depends on them waits until then: " + strings.Join(names, ", ")}
}

func gateKinds(r *Release) []string {
	var kinds []string
	for _, check := range r.Gates {
		kinds = append(kinds, check.Kind)
	}
	return kinds
}

// readinessData is the README's table of what releases wait for.
func (p *Plan) readinessData() []GateData {
	var all []GateData
	for _, r := range p.gated() {
		for _, check := range r.Gates {
			all = append(all, GateData{Release: r.Name, Kind: check.KindAndGroup(), Current: check.Current, Failed: check.Failed})
		}
	}
	return all
}

// timeout is that of the release. A driver is built and loaded on each node, which takes longer than
// to start pods. Where the object is a hook that Helm deletes before it tries again, what was rolled
// out goes with it, so that such a release is given as long as AICR's own gate.
func (r *Release) timeout(s *settings) string {
	switch {
	case len(r.Gates) == 0 || s.timeoutGiven:
		return config.Duration(s.Timeout)
	case r.recreated:
		return config.Duration(config.DefaultRecreatedTimeout)
	}
	return config.Duration(config.DefaultGatedTimeout)
}
