package aicr

import (
	"maps"
	"path"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// layers merges the component's values, weakest first: its values files, the recipe's overrides,
// Set, Scheduling, SetFile, SetTextFile, SetJSON.
func (r *resolver) layers(ref *recipe.ComponentRef) (map[string]any, error) {
	vals, err := r.valuesFiles(ref)
	if err != nil {
		return nil, err
	}
	overrides := maps.Clone(ref.Overrides)
	delete(overrides, "enabled")
	if overrides, err = values.Normalize(overrides); err != nil {
		return nil, errors.Invalid("overrides: %s", err)
	}
	values.Merge(vals, overrides)
	r.keepLocked(ref.Name, vals)
	if err := r.assigned(ref, vals); err != nil {
		return nil, err
	}
	sets := map[string]any{}
	for _, a := range r.sets {
		if a.component == ref.Name {
			values.Set(vals, a.path, a.value)
			values.Set(sets, a.path, a.value)
		}
	}
	p := placement{Scheduling: &r.options.Scheduling, into: vals, overrides: overrides, sets: sets, dynamic: r.dynamicOf(ref.Name), warn: func(text string) { r.warn("component %q: %s", ref.Name, text) }}
	err = p.place(r.registry.Entry(ref.Name))
	for _, a := range r.last {
		if a.component == ref.Name {
			put(vals, a)
		}
	}
	return vals, err
}

// dynamicOf are the paths of the component's values that are set in each cluster.
func (r *resolver) dynamicOf(name string) (paths [][]string) {
	for _, a := range r.left {
		if a.component == name {
			paths = append(paths, a.path)
		}
	}
	return paths
}

// put stores an assignment: a map merges with the map that is there, anything else, null included,
// replaces.
func put(vals map[string]any, a assignment) {
	given, isMap := a.value.(map[string]any)
	held, _ := values.Get(vals, a.path)
	if there, wasMap := held.(map[string]any); isMap && wasMap {
		values.Merge(there, given)
		return
	}
	values.Set(vals, a.path, a.value)
}

// valuesFiles reads the component's values file, and below it the component's common values.yaml
// from the same root.
func (r *resolver) valuesFiles(ref *recipe.ComponentRef) (map[string]any, error) {
	if ref.ValuesFile == "" {
		return map[string]any{}, nil
	}
	vals, root, err := readValues(r.roots, ref.ValuesFile)
	common := "components/" + ref.Name + "/values.yaml"
	if err != nil || path.Clean(ref.ValuesFile) == common {
		return vals, err
	}
	base, _, err := readValues(component.Roots{root}, common)
	if errors.CodeOf(err) == errors.ErrCodeNotFound {
		return vals, nil
	}
	if err != nil {
		return nil, err
	}
	values.Merge(base, vals)
	return base, nil
}

func readValues(roots component.Roots, file string) (map[string]any, component.Root, error) {
	data, root, err := roots.Read(file)
	if err != nil {
		return nil, root, errors.In(err, "values file")
	}
	vals, err := values.Decode(data)
	if err != nil {
		return nil, root, errors.Invalid("values file %q in %s: %s", file, root.Name, err)
	}
	return vals, root, nil
}
