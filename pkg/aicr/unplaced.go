package aicr

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// unplaced warns of Scheduling that no component of the recipe has a place for, and of places for a
// storage class that are left without one.
func (r *resolver) unplaced() {
	var entries []*component.Entry
	for i := range r.recipe.ComponentRefs {
		if ref := &r.recipe.ComponentRefs[i]; ref.Enabled() {
			entries = append(entries, r.registry.Entry(ref.Name))
			r.unclassed(ref)
		}
	}
	s, gke := &r.options.Scheduling, r.onGKE()
	for _, f := range []struct {
		field
		places func(*component.Entry) bool
	}{
		{field{"`SystemNodeSelector`", len(s.SystemNodeSelector) > 0}, func(e *component.Entry) bool { return len(e.NodeScheduling.System.NodeSelectorPaths) > 0 }},
		{field{"`SystemNodeTolerations`", len(s.SystemNodeTolerations) > 0}, func(e *component.Entry) bool { return len(e.NodeScheduling.System.TolerationPaths) > 0 }},
		{field{"`AcceleratedNodeSelector`", len(s.AcceleratedNodeSelector) > 0}, func(e *component.Entry) bool { return len(e.NodeScheduling.Accelerated.NodeSelectorPaths) > 0 }},
		{field{"`AcceleratedNodeTolerations`", len(s.AcceleratedNodeTolerations) > 0}, func(e *component.Entry) bool { return len(e.NodeScheduling.Accelerated.TolerationPaths) > 0 }},
		{field{"`WorkloadSelector`", len(s.WorkloadSelector) > 0}, func(e *component.Entry) bool { return len(e.PodScheduling.Workload.WorkloadSelectorPaths) > 0 }},
		{field{"`WorkloadGate`", s.WorkloadGate != Taint{}}, func(e *component.Entry) bool { return len(e.NodeScheduling.Accelerated.TaintStrPaths) > 0 }},
		{field{"`Nodes`", s.Nodes > 0}, func(e *component.Entry) bool {
			return len(e.NodeScheduling.NodeCountPaths) > 0 || gke && e.GKECriticalPriority
		}},
		{field{"`StorageClass`", s.StorageClass != ""}, func(e *component.Entry) bool { return len(e.StorageClassPaths) > 0 }},
	} {
		switch missing := r.registry.Missing(); {
		case f.set && missing != "":
			r.warn("%s has no effect: it is written where the registry says, and %s", f.name, missing)
		case f.set && !slices.ContainsFunc(entries, f.places):
			r.warn("%s has no effect: the registry has no place for it in any component of the recipe; where a chart reads it, set the value there with `Set`", f.name)
		}
	}
}

// unclassed warns of a claim for storage without a storage class. Where the cluster has no default
// class, its pods stay pending.
func (r *resolver) unclassed(ref *recipe.ComponentRef) {
	for _, dotted := range r.classPaths(ref.Name) {
		keys, err := values.ParsePath(dotted)
		if err != nil || len(keys) < 2 {
			continue // the first is refused where it is placed
		}
		claim, _ := values.Get(r.values[ref.Name], keys[:len(keys)-1])
		class, classed := values.Get(r.values[ref.Name], keys)
		if _, isClaim := claim.(map[string]any); !isClaim || classed && class != nil || r.setInCluster(ref.Name, dotted) {
			continue
		}
		name := fmt.Sprintf("`Set` %s:%s=NAME", ref.Name, dotted)
		if slices.Contains(r.registry.Entry(ref.Name).StorageClassPaths, dotted) {
			name = "`StorageClass` NAME"
		}
		r.warn("component %q: the volume claim at %q names no storage class, and without a default class in the cluster its pods stay pending; name one with %s",
			ref.Name, values.JoinPath(keys[:len(keys)-1]), name)
	}
}

// classPaths are the paths at which a component has a storage class, or should: those that the registry
// knows, and those below each volumeClaimTemplate.
func (r *resolver) classPaths(name string) []string {
	paths := slices.Clone(r.registry.Entry(name).StorageClassPaths)
	var look func(keys []string, in map[string]any)
	look = func(keys []string, in map[string]any) {
		for _, key := range slices.Sorted(maps.Keys(in)) {
			below, isMap := in[key].(map[string]any)
			at := append(slices.Clip(keys), key)
			if _, claims := below["spec"].(map[string]any); claims && key == "volumeClaimTemplate" {
				paths = append(paths, values.JoinPath(append(at, "spec", "storageClassName")))
			}
			if isMap {
				look(at, below)
			}
		}
	}
	look(nil, r.values[name])
	slices.Sort(paths)
	return slices.Compact(paths)
}

// setInCluster reports whether the value at path, or a map that it is in, is one of DynamicValues.
func (r *resolver) setInCluster(name, path string) bool {
	return slices.ContainsFunc(r.dynamic[name], func(d string) bool { return d == path || strings.HasPrefix(path, d+".") })
}
