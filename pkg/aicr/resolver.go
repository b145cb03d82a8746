package aicr

import (
	"context"
	"fmt"
	"maps"
	"path"

	"github.com/aicr-flux/aicr/internal/parallel"
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// resolver turns what a recipe refers to into values and manifests.
type resolver struct {
	options  config.Options
	roots    component.Roots
	registry *component.Registry // set by prepare
	recipe   *recipe.RecipeResult
	names    []string // of all components

	readRegistry func() (*component.Registry, error)

	flags flags

	values                  map[string]map[string]any
	manifests, preManifests map[string]map[string][]byte
	warnings                []string
}

// prepare fills in the registry's defaults and switches components, before the
// recipe is validated.
func (r *resolver) prepare(doc *recipe.RecipeResult) error {
	r.recipe = doc
	var err error
	if r.registry, err = r.readRegistry(); err != nil {
		return err
	}
	for i := range doc.ComponentRefs {
		r.registry.Fill(&doc.ComponentRefs[i])
		r.names = append(r.names, doc.ComponentRefs[i].Name)
	}
	return errors.Join(r.readFlags(), r.switches())
}

// switches applies --set component:enabled=BOOL, the last one for each
// component, and takes these flags out of the values.
func (r *resolver) switches() error {
	var problems []error
	var order []string
	last := map[string]bool{}
	sets := r.flags.sets
	r.flags.sets = nil
	for _, a := range sets {
		on, isBool := a.value.(bool)
		switch {
		case a.path[0] != "enabled":
			r.flags.sets = append(r.flags.sets, a)
			continue
		case !isBool || len(a.path) > 1:
			problems = append(problems, errors.Invalid("%s: enabled is the component's switch, which --set makes true or false; for a value of that name use --set-json", a.flag))
			continue
		}
		if _, again := last[a.component]; !again {
			order = append(order, a.component)
		}
		last[a.component] = on
	}
	for _, name := range order {
		ref, on := r.recipe.Component(name), last[name]
		switch {
		case on && !ref.Enabled():
			problems = append(problems, errors.Invalid("--set %s:enabled=true: the recipe switches component %q off, and what it would need is not resolved; use a recipe that has it", name, name))
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
	refs := r.recipe.ComponentRefs
	results := make([]resolved, len(refs))
	parallel.Each(len(refs), func(i int) {
		if refs[i].Enabled() && ctx.Err() == nil {
			results[i] = r.component(&refs[i])
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	r.values = make(map[string]map[string]any, len(refs))
	r.manifests, r.preManifests = map[string]map[string][]byte{}, map[string]map[string][]byte{}
	var problems []error
	for i := range refs {
		name, result := refs[i].Name, results[i]
		if !refs[i].Enabled() {
			r.disabled(&refs[i])
			continue
		}
		r.values[name] = result.values
		if len(result.manifests) > 0 {
			r.manifests[name] = result.manifests
		}
		if len(result.preManifests) > 0 {
			r.preManifests[name] = result.preManifests
		}
		r.warnings = append(r.warnings, result.warnings...)
		if err := errors.Join(result.problems...); err != nil {
			problems = append(problems, errors.In(err, "component %q", name))
		}
	}
	if problems == nil {
		problems = append(problems, r.applyRules())
	}
	return errors.Join(problems...)
}

// disabled drops the flags of a component that is switched off.
func (r *resolver) disabled(ref *recipe.ComponentRef) {
	used := len(r.flags.dynamic[ref.Name]) > 0
	delete(r.flags.dynamic, ref.Name)
	for _, list := range [][]assignment{r.flags.sets, r.flags.files, r.flags.jsons} {
		for _, a := range list {
			used = used || a.component == ref.Name
		}
	}
	if used {
		r.warn("component %q is switched off, so the flags that set its values have no effect", ref.Name)
	}
}

// resolved is what one component refers to. Components are resolved side by
// side, so each has a result of its own.
type resolved struct {
	values                  map[string]any
	manifests, preManifests map[string][]byte
	warnings                []string
	problems                []error
}

func (r *resolver) component(ref *recipe.ComponentRef) resolved {
	var out resolved
	var err error
	out.values, err = r.layers(ref, &out.warnings)
	out.problems = append(out.problems, err)
	read := func(files []string) map[string][]byte {
		manifests := make(map[string][]byte, len(files))
		for _, file := range files {
			data, _, err := r.roots.Read(file)
			if err != nil {
				out.problems = append(out.problems, errors.In(err, "manifest"))
				continue
			}
			manifests[path.Clean(file)] = data
		}
		return manifests
	}
	out.manifests, out.preManifests = read(ref.ManifestFiles), read(ref.PreManifestFiles)
	return out
}

// layers merges the component's values, weakest first.
func (r *resolver) layers(ref *recipe.ComponentRef, warnings *[]string) (map[string]any, error) {
	vals, err := r.files(ref)
	if err != nil {
		return nil, err
	}
	overrides := maps.Clone(ref.Overrides)
	delete(overrides, "enabled")
	if overrides, err = values.Normalize(overrides); err != nil {
		return nil, errors.Invalid("overrides: %s", err)
	}
	values.Merge(vals, overrides)
	sets := map[string]any{}
	for _, a := range r.flags.sets {
		if a.component == ref.Name {
			values.Set(vals, a.path, a.value)
			values.Set(sets, a.path, a.value)
		}
	}
	err = r.flags.scheduling.apply(r.registry.Entry(ref.Name), &placement{
		into: vals, overrides: overrides, sets: sets,
		warn: func(format string, args ...any) {
			*warnings = append(*warnings, fmt.Sprintf("component %q: %s", ref.Name, fmt.Sprintf(format, args...)))
		},
	})
	for _, list := range [][]assignment{r.flags.files, r.flags.jsons} {
		for _, a := range list {
			if a.component == ref.Name {
				put(vals, a)
			}
		}
	}
	return vals, err
}

// put stores the value of a flag: a map merges with the map that is there,
// anything else, null included, replaces.
func put(vals map[string]any, a assignment) {
	given, isMap := a.value.(map[string]any)
	held, _ := values.Get(vals, a.path)
	if there, wasMap := held.(map[string]any); isMap && wasMap {
		values.Merge(there, given)
		return
	}
	values.Set(vals, a.path, a.value)
}

// files reads the component's values file, and below it the component's common
// values.yaml from the same root.
func (r *resolver) files(ref *recipe.ComponentRef) (map[string]any, error) {
	if ref.ValuesFile == "" {
		return map[string]any{}, nil
	}
	data, root, err := r.roots.Read(ref.ValuesFile)
	if err != nil {
		return nil, errors.In(err, "values file")
	}
	vals, err := values.Decode(data)
	if err != nil {
		return nil, errors.Invalid("values file %q in %s: %s", ref.ValuesFile, root.Name, err)
	}
	common := "components/" + ref.Name + "/values.yaml"
	if path.Clean(ref.ValuesFile) == common {
		return vals, nil
	}
	data, _, err = component.Roots{root}.Read(common)
	if errors.CodeOf(err) == errors.ErrCodeNotFound {
		return vals, nil
	}
	if err != nil {
		return nil, errors.In(err, "values file")
	}
	base, err := values.Decode(data)
	if err != nil {
		return nil, errors.Invalid("values file %q in %s: %s", common, root.Name, err)
	}
	values.Merge(base, vals)
	return base, nil
}

func (r *resolver) warn(format string, args ...any) {
	r.warnings = append(r.warnings, fmt.Sprintf(format, args...))
}
