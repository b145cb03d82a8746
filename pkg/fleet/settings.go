package fleet

import (
	"slices"

	"github.com/aicr-flux/aicr/pkg/values"
)

// under returns the settings of a group with those of a cluster over them: lists one after the other,
// maps merged.
func (s Settings) under(cluster Settings) Settings {
	merged := Settings{
		DependsOn:      slices.Concat(s.DependsOn, cluster.DependsOn),
		Patches:        slices.Concat(s.Patches, cluster.Patches),
		SubstituteFrom: slices.Concat(s.SubstituteFrom, cluster.SubstituteFrom),
		Substitute:     map[string]string{},
		Values:         map[string]map[string]any{},
	}
	for _, from := range []Settings{s, cluster} {
		for name, text := range from.Substitute {
			merged.Substitute[name] = text
		}
		for release, vals := range from.Values {
			if merged.Values[release] == nil {
				merged.Values[release] = map[string]any{}
			}
			values.Merge(merged.Values[release], values.Clone(vals))
		}
	}
	return merged
}

// spec is what the settings add to the spec of a Kustomization.
func (s Settings) spec() map[string]any {
	spec := map[string]any{}
	list := func(at map[string]any, key string, items []any) {
		if len(items) > 0 {
			at[key] = items
		}
	}
	var dependsOn []any
	for _, name := range s.DependsOn {
		dependsOn = append(dependsOn, map[string]any{"name": name})
	}
	list(spec, "dependsOn", dependsOn)
	list(spec, "patches", patches(s.Patches))
	postBuild := map[string]any{}
	if len(s.Substitute) > 0 {
		variables := map[string]any{}
		for name, text := range s.Substitute {
			variables[name] = text
		}
		postBuild["substitute"] = variables
	}
	var from []any
	for _, f := range s.SubstituteFrom {
		item := map[string]any{"kind": f.Kind, "name": f.Name}
		if f.Optional {
			item["optional"] = true
		}
		from = append(from, item)
	}
	list(postBuild, "substituteFrom", from)
	if len(postBuild) > 0 {
		spec["postBuild"] = postBuild
	}
	return spec
}

func patches(all []Patch) (items []any) {
	for _, p := range all {
		item := map[string]any{"patch": p.Patch}
		if len(p.Target) > 0 {
			item["target"] = p.Target
		}
		items = append(items, item)
	}
	return items
}
