package aicr

import (
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// labeler is the component that labels nodes whose pods leave before the GPU driver is replaced.
const labeler = "dra-node-labeler"

// dropLabeler switches the labeler off where nothing says which label it sets, or where one of the
// components that heed the label is missing.
func (r *resolver) dropLabeler() {
	ref := r.recipe.Component(labeler)
	if ref == nil || !ref.Enabled() || r.evicts() {
		return
	}
	ref.Overrides = maps.Clone(ref.Overrides)
	if ref.Overrides == nil {
		ref.Overrides = map[string]any{}
	}
	ref.Overrides["enabled"] = false
	r.note("Component %q is left out: it labels nodes for the eviction of pods that use DRA, which needs `DRAEvictionNodeLabel`, gpu-operator and nvidia-dra-driver-gpu", labeler)
}

func (r *resolver) evicts() bool {
	return r.options.Scheduling.DRAEvictionNodeLabel != "" && r.enabled("gpu-operator") != nil && r.enabled("nvidia-dra-driver-gpu") != nil
}

// eviction writes the label that nodes get before the GPU driver is replaced, so that pods that use
// DRA leave.
func eviction(r *resolver) error {
	label := r.options.Scheduling.DRAEvictionNodeLabel
	if label == "" {
		return nil
	}
	key, value, _ := strings.Cut(label, "=")
	if !r.evicts() {
		return errors.Invalid("`DRAEvictionNodeLabel` needs the components gpu-operator and nvidia-dra-driver-gpu, and the bundle does not have both; remove it")
	}
	_, dynamic := r.touching(paths{"nvidia-dra-driver-gpu": {"kubeletPlugin.nodeSelector"}, "gpu-operator": {"driver.manager.env"}, labeler: {"labelKey", "labelValue", "enabled"}})
	var problems []error
	for _, a := range dynamic {
		problems = append(problems, errors.Invalid("%s: `DRAEvictionNodeLabel` decides about it; remove one of them", a.label))
	}
	values.Set(r.values["nvidia-dra-driver-gpu"], []string{"kubeletPlugin", "nodeSelector", key}, value)
	const variable = "NODE_LABEL_FOR_GPU_POD_EVICTION"
	env, _ := r.value("gpu-operator", "driver.manager.env").([]any)
	env = slices.DeleteFunc(slices.Clone(env), func(v any) bool {
		m, _ := v.(map[string]any)
		return m["name"] == variable
	})
	values.Set(r.values["gpu-operator"], []string{"driver", "manager", "env"}, append(env, map[string]any{"name": variable, "value": key}))
	if r.enabled(labeler) == nil {
		r.note("Component %q is not in the recipe, so nothing in the bundle sets the label %s on nodes; set it yourself", labeler, label)
	} else {
		for name, v := range map[string]any{"labelKey": key, "labelValue": value, "enabled": true} {
			r.values[labeler][name] = v
		}
	}
	return errors.Join(problems...)
}
