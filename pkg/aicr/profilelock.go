package aicr

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// allocationPolicy are the values that decide who tells Kubernetes of GPUs: the device plugin or the
// DRA driver. Exactly one of them may.
func allocationPolicy() paths {
	plugin, driver := []string{"devicePlugin.enabled"}, []string{"resources.gpus.enabled", "gpuResourcesEnabledOverride"}
	return paths{"gpu-operator": plugin, "gpu-operator-ocp": plugin, "nvidia-dra-driver-gpu": driver, "nvidia-dra-driver-gpu-ocp": driver}
}

// checkAllocation warns of options that set the allocation policy, which is a choice of the recipe's
// profile, and refuses to leave it to each cluster.
func (r *resolver) checkAllocation() error {
	owned := allocationPolicy()
	for name := range owned {
		owned[name] = append(slices.Clone(owned[name]), "enabled")
	}
	set, dynamic := r.touching(owned)
	for _, a := range set {
		r.warn("%s decides who allocates GPUs; setting it is deprecated in AICR: resolve the recipe with the profile that means it", a.label)
	}
	var problems []error
	for _, a := range dynamic {
		problems = append(problems, errors.Invalid("%s: it decides who allocates GPUs, which cannot be left to each cluster; resolve the recipe with the profile that means it", a.label))
	}
	return errors.Join(problems...)
}

// locked are the values that the recipe's profile decides: those that it owns and, where it decides
// about the allocation policy, that of every component that has one.
func (r *resolver) locked() (owned paths, closed bool) {
	p := r.recipe.Metadata.SelectedProfile
	if p == nil {
		return nil, false
	}
	owned = maps.Clone(paths(p.OwnedPaths))
	policy := allocationPolicy()
	closed = p.Advertiser != ""
	for name, list := range p.OwnedPaths {
		closed = closed || slices.ContainsFunc(list, func(path string) bool { return slices.Contains(policy[name], path) })
	}
	if closed {
		for name, list := range policy {
			if r.enabled(name) != nil {
				owned[name] = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(owned[name]), list...))))
			}
		}
	}
	return owned, closed
}

// keepLocked remembers what the recipe alone says at the locked paths of a component.
func (r *resolver) keepLocked(name string, vals map[string]any) {
	owned, _ := r.locked()
	for _, path := range owned[name] {
		if v, ok := values.Get(vals, strings.Split(path, ".")); ok && path != "enabled" {
			if r.kept == nil {
				r.kept = map[string]any{}
			}
			r.kept[name+":"+path] = deepCopy(v)
		}
	}
}

func deepCopy(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = deepCopy(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = deepCopy(item)
		}
		return out
	}
	return v
}

// profileLock refuses values that differ from what the recipe's profile decided.
func profileLock(r *resolver) error {
	owned, closed := r.locked()
	if owned == nil {
		return nil
	}
	p := r.recipe.Metadata.SelectedProfile
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(owned)) {
		for _, path := range owned[name] {
			if path == "enabled" {
				continue
			}
			now, _ := values.Get(r.values[name], strings.Split(path, "."))
			if was := r.kept[name+":"+path]; !reflect.DeepEqual(was, now) {
				problems = append(problems, errors.Invalid("component %q: %s is %s, and the recipe's profile %s=%s decides that it is %s; resolve the recipe with another profile",
					name, path, shownValue(now), p.Name, p.Value, shownValue(was)))
			}
		}
	}
	_, dynamic := r.touching(owned)
	for _, a := range dynamic {
		problems = append(problems, errors.Invalid("%s: the recipe's profile %s=%s decides about it, so that it cannot be left to each cluster", a.label, p.Name, p.Value))
	}
	if closed && len(problems) == 0 {
		problems = append(problems, r.oneAdvertiser(p))
	}
	return errors.Join(problems...)
}

// oneAdvertiser checks that exactly one program tells Kubernetes of GPUs.
func (r *resolver) oneAdvertiser(p *recipe.SelectedProfile) error {
	is := func(name, path string, unset bool) bool {
		v, ok := values.Get(r.values[name], strings.Split(path, "."))
		if !ok {
			return unset
		}
		return v == true
	}
	var plugin, gpus, override bool
	for _, name := range []string{"gpu-operator", "gpu-operator-ocp"} {
		plugin = plugin || r.enabled(name) != nil && is(name, "devicePlugin.enabled", true)
	}
	for _, name := range []string{"nvidia-dra-driver-gpu", "nvidia-dra-driver-gpu-ocp"} {
		if r.enabled(name) == nil {
			continue
		}
		if _, ok := values.Get(r.values[name], []string{"resources", "gpus", "enabled"}); !ok {
			return errors.Invalid("component %q: resources.gpus.enabled is not set, and the recipe's profile %s=%s decides who allocates GPUs; set it in the recipe", name, p.Name, p.Value)
		}
		gpus = gpus || is(name, "resources.gpus.enabled", false)
		override = override || is(name, "gpuResourcesEnabledOverride", false)
	}
	ok := plugin != gpus && gpus == override
	if p.Advertiser == "external" {
		ok = !plugin && !gpus && !override
	}
	if !ok {
		return errors.Invalid("the device plugin is %s, the DRA driver's GPUs %s and their override %s; with the recipe's profile %s=%s (advertiser %q) exactly one may tell Kubernetes of GPUs: resolve the recipe again",
			onOff(plugin), onOff(gpus), onOff(override), p.Name, p.Value, p.Advertiser)
	}
	return nil
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
