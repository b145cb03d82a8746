package aicr

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// checkFluxVersion refuses a line of Flux versions that is not known here.
func (o *BundleOptions) checkFluxVersion() error {
	if known := verify.FluxVersions(); o.FluxVersion != "" && !slices.Contains(known, o.FluxVersion) {
		return errors.Invalid("`FluxVersion` %q is unknown; use %s", o.FluxVersion, strings.Join(known, ", "))
	}
	return nil
}

// readReady reads what the options say of when objects are ready, and reports all problems at once.
func (r *resolver) readReady() error {
	r.ready = map[string][]component.HealthCheck{}
	var problems []error
	read := func(field string, list []deployer.ReadyExpression, to func(*component.HealthCheck) *string) {
		for _, given := range list {
			check := component.HealthCheck{APIVersion: given.APIVersion, Kind: given.Kind, InChart: true, Given: true}
			check.From = cmp.Or(given.From, field) + " " + given.Component + "=" + check.KindAndGroup()
			name, err := r.registry.Resolve(given.Component, r.names)
			if ref := r.recipe.Component(name); err == nil && ref != nil && !ref.Enabled() {
				err = errors.Invalid("component %q is switched off, so that it has no effect; remove it", name)
			}
			switch {
			case err != nil:
			case given.APIVersion == "" || given.Kind == "" || strings.TrimSpace(given.Expression) == "":
				err = errors.Invalid("it needs the apiVersion and the kind of the objects, and an expression")
			default:
				err = r.addReady(name, check, given.Expression, to)
			}
			if err != nil {
				problems = append(problems, errors.In(err, "%s", check.From))
			}
		}
	}
	read("`Ready`", r.options.Ready, func(h *component.HealthCheck) *string { return &h.Current })
	read("`ReadyFailed`", r.options.ReadyFailed, func(h *component.HealthCheck) *string { return &h.Failed })
	return errors.Join(problems...)
}

// addReady adds a check of the component, or one of the two expressions to the check that there is of
// the same kind.
func (r *resolver) addReady(name string, check component.HealthCheck, expression string, to func(*component.HealthCheck) *string) error {
	at := slices.IndexFunc(r.ready[name], check.Same)
	if at < 0 {
		at = len(r.ready[name])
		r.ready[name] = append(r.ready[name], check)
	}
	place := to(&r.ready[name][at])
	if *place != "" {
		return errors.Invalid("there is one for this kind already, and Flux takes one; join them with && or ||")
	}
	*place = expression
	return nil
}

// healthChecks says of each enabled component when it is ready: as the options say, then its data,
// then what is known of it.
func (r *resolver) healthChecks() error {
	r.checks = map[string][]component.HealthCheck{}
	var problems []error
	for i := range r.recipe.ComponentRefs {
		ref := &r.recipe.ComponentRefs[i]
		if !ref.Enabled() {
			continue
		}
		var checks []component.HealthCheck
		if r.options.Readiness {
			data, err := r.roots.Readiness(ref.Name)
			problems = append(problems, errors.In(err, "component %q", ref.Name))
			for _, why := range data.Unsaid {
				r.warn("%s: %s, so it is not waited for; say with `Ready` what to wait for instead", data.File, registryhttp.Clean(why))
			}
			checks = data.Checks
			for _, known := range component.KnownHealthChecks(ref.Name) {
				if !slices.ContainsFunc(checks, known.Same) {
					checks = append(checks, known)
				}
			}
		}
		for _, given := range r.ready[ref.Name] {
			at := slices.IndexFunc(checks, given.Same)
			switch {
			case given.Current == "" && at < 0:
				problems = append(problems, errors.Invalid("%s: it is not known when the object is ready; say so with `Ready`", given.From))
			case given.Current == "":
				checks[at].Failed, checks[at].From = given.Failed, given.From
			case at < 0:
				checks = append(checks, given)
			default:
				checks[at] = given
			}
		}
		if len(checks) > 0 {
			r.checks[ref.Name] = checks
		}
	}
	return errors.Join(problems...)
}
