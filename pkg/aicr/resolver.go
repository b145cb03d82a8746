package aicr

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// resolver turns what a recipe refers to into values and manifests.
type resolver struct {
	options *BundleOptions
	roots   component.Roots

	// prepare sets these.
	recipe     *recipe.RecipeResult
	registry   *component.Registry
	names      []string     // of all components
	sets, last []assignment // Set, and what comes after scheduling
	switched   []assignment // those of Set that switch components
	dynamic    map[string][]string
	secret     map[string][]deployer.SecretValue
	variables  map[string][]string // paths of SubstitutedValues
	// left are the entries of dynamic, secret and variables: values that each cluster has.
	left []assignment

	values                  map[string]map[string]any
	manifests, preManifests map[string]map[string][]byte
	upgrades                []component.Upgrade
	// ready are the checks that the options ask for, and checks all, by component.
	ready, checks   map[string][]component.HealthCheck
	warnings, notes []string
	absent          []string // files that no root has
	// kept is what the recipe alone says where its profile decides, by component:path.
	kept map[string]any
}

// prepare fills in the registry's defaults and switches components, before the recipe is validated.
func (r *resolver) prepare(ctx context.Context, doc *recipe.RecipeResult) error {
	r.recipe = doc
	var err error
	if r.registry, err = r.roots.Registry(); err != nil {
		return err
	}
	for i := range doc.ComponentRefs {
		r.registry.Fill(&doc.ComponentRefs[i])
		r.names = append(r.names, doc.ComponentRefs[i].Name)
	}
	err = errors.Join(r.readAssignments(ctx), r.readReady(), r.options.Scheduling.check(), r.unregistered(), r.switches())
	r.dropLabeler()
	for i := range doc.ComponentRefs {
		r.repeated(&doc.ComponentRefs[i]) // before it is sent to a mirror
	}
	return errors.Join(err, r.checkAccounting(), r.checkAllocation(), r.checkAbsent())
}

// switches applies what Set has for component:enabled, the last one for each component, and takes
// it out of the values.
func (r *resolver) switches() error {
	var problems []error
	var order []string
	last := map[string]bool{}
	sets := r.sets
	r.sets = nil
	for _, a := range sets {
		on, isBool := a.value.(bool)
		if len(a.path) == 1 && a.path[0] == "install" && isBool && !on {
			r.warn("%s is a value, and switches nothing off; to leave the component out use enabled=false", a.label)
		}
		switch {
		case a.path[0] != "enabled":
			r.sets = append(r.sets, a)
			continue
		case !isBool || len(a.path) > 1:
			problems = append(problems, errors.Invalid("%s: enabled is the component's switch, which `Set` makes true or false", a.label))
			continue
		}
		r.switched = append(r.switched, a)
		if _, again := last[a.component]; !again {
			order = append(order, a.component)
		}
		last[a.component] = on
	}
	for _, name := range order {
		ref, on := r.recipe.Component(name), last[name]
		switch {
		case on && !ref.Enabled():
			problems = append(problems, errors.Invalid("`Set` %s:enabled=true: the recipe switches component %q off, and what it would need is not resolved; use a recipe that has it", name, name))
		case !on:
			ref.Overrides = maps.Clone(ref.Overrides)
			if ref.Overrides == nil {
				ref.Overrides = map[string]any{}
			}
			ref.Overrides["enabled"] = false
		}
	}
	return errors.Join(problems...)
}

// resolve reads every enabled component's files and computes its values.
func (r *resolver) resolve(ctx context.Context) error {
	r.values = make(map[string]map[string]any, len(r.recipe.ComponentRefs))
	r.manifests, r.preManifests = map[string]map[string][]byte{}, map[string]map[string][]byte{}
	var problems []error
	for i := range r.recipe.ComponentRefs {
		if err := ctx.Err(); err != nil {
			return err
		}
		ref := &r.recipe.ComponentRefs[i]
		if !ref.Enabled() {
			continue
		}
		problems = append(problems, errors.In(r.component(ref), "component %q", ref.Name))
	}
	if err := errors.Join(append(problems, r.healthChecks(), r.checkMissing())...); err != nil {
		return err
	}
	if err := r.applyRules(); err != nil {
		return err
	}
	r.unplaced()
	r.readUpgrades()
	return nil
}

// checkAbsent refuses options about components that will not be in the bundle.
func (r *resolver) checkAbsent() error {
	var problems []error
	for _, a := range slices.Concat(r.sets, r.last, r.left) {
		if ref := r.recipe.Component(a.component); ref != nil && !ref.Enabled() {
			problems = append(problems, errors.Invalid("%s: component %q is switched off, so that it has no effect; remove it", a.label, a.component))
		}
	}
	return errors.Join(problems...)
}

func (r *resolver) component(ref *recipe.ComponentRef) error {
	vals, err := r.layers(ref)
	r.values[ref.Name] = vals
	manifests, unread := r.read(ref, ref.ManifestFiles)
	preManifests, preUnread := r.read(ref, ref.PreManifestFiles)
	if len(manifests) > 0 {
		r.manifests[ref.Name] = manifests
	}
	if len(preManifests) > 0 {
		r.preManifests[ref.Name] = preManifests
	}
	return errors.Join(err, unread, preUnread)
}

// read reads manifests.
func (r *resolver) read(ref *recipe.ComponentRef, files []string) (map[string][]byte, error) {
	manifests := make(map[string][]byte, len(files))
	var problems []error
	for _, file := range files {
		data, _, err := r.roots.Read(file)
		switch {
		case r.missing(ref, "manifest", file, err):
		case err != nil:
			problems = append(problems, errors.In(err, "manifest"))
		default:
			manifests[path.Clean(file)] = data
		}
	}
	return manifests, errors.Join(problems...)
}

func (r *resolver) warn(format string, args ...any) {
	r.warnings = append(r.warnings, fmt.Sprintf(format, args...))
}

func (r *resolver) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}
