package aicr

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/values"
)

// finding is what a validation finds; empty: nothing. severity replaces the registry's where it is
// not empty.
type finding struct{ text, severity string }

// validations are the checks that a registry can ask for, by AICR's names.
func validations() map[string]func(*resolver, *recipe.ComponentRef) finding {
	return map[string]func(*resolver, *recipe.ComponentRef) finding{
		"CheckWorkloadSelectorMissing":           workloadSelectorMissing,
		"CheckAcceleratedSelectorMissing":        acceleratedSelectorMissing,
		"CheckWildcardAcceleratedToleration":     wildcardToleration,
		"CheckHostMofedWithoutNetworkOperator":   hostMofedAlone,
		"CheckDriverOwnershipCoherence":          driverOwnership,
		"CheckNVSentinelDriverLabelDetectable":   driverLabel,
		"CheckNVSentinelRuntimeClassCoherence":   runtimeClass,
		"CheckMariaDBOperatorOwnershipCoherence": mariaDBOperator,
		"CheckGKETCPXOInterfacesCoherence":       func(*resolver, *recipe.ComponentRef) finding { return finding{} }, // reading the recipe checks it
	}
}

// validate makes the checks that the registry asks for, on the final values. Errors stop the run.
func validate(r *resolver) error {
	known := validations()
	var problems []error
	for i := range r.recipe.ComponentRefs {
		ref := &r.recipe.ComponentRefs[i]
		if !ref.Enabled() {
			continue
		}
		for _, v := range r.registry.Entry(ref.Name).Validations {
			if !r.applies(v) {
				continue
			}
			check, ok := known[v.Function]
			if !ok {
				say := r.note
				if v.Severity != "info" {
					say = r.warn
				}
				say("the registry asks for the validation %s of component %q (%s), which this version does not know, so nothing is said about it", v.Function, ref.Name, v.Severity)
				continue
			}
			found := check(r, ref)
			if found.text == "" {
				continue
			}
			text := strings.TrimSpace(fmt.Sprintf("component %q: %s. %s", ref.Name, found.text, v.Message))
			severity := v.Severity
			if found.severity != "" {
				severity = found.severity
			}
			switch severity {
			case "error":
				problems = append(problems, errors.Invalid("%s (%s)", text, v.Function))
			case "warning":
				r.warn("%s (%s)", text, v.Function)
			default:
				r.note("%s (%s)", text, v.Function)
			}
		}
	}
	return errors.Join(problems...)
}

// applies reports whether the recipe's criteria meet the validation's conditions.
func (r *resolver) applies(v component.Validation) bool {
	k := &r.recipe.Criteria
	criteria := map[string]string{"service": k.Service, "accelerator": k.Accelerator, "intent": k.Intent, "os": k.OS, "platform": k.Platform}
	for _, key := range slices.Sorted(maps.Keys(v.Conditions)) {
		if !slices.ContainsFunc(v.Conditions[key], func(want string) bool { return strings.EqualFold(want, criteria[key]) }) {
			return false
		}
	}
	return true
}

// value returns what stands at the dotted path of the component's final values; nil where the
// component is off or nothing stands there.
func (r *resolver) value(name, dotted string) any {
	if r.enabled(name) == nil {
		return nil
	}
	v, _ := values.Get(r.values[name], strings.Split(dotted, "."))
	return v
}

func workloadSelectorMissing(r *resolver, _ *recipe.ComponentRef) finding {
	if len(r.options.Scheduling.WorkloadSelector) > 0 {
		return finding{}
	}
	return finding{text: "`WorkloadSelector` is not given"}
}

func acceleratedSelectorMissing(r *resolver, _ *recipe.ComponentRef) finding {
	if len(r.options.Scheduling.AcceleratedNodeSelector) > 0 {
		return finding{}
	}
	return finding{text: "`AcceleratedNodeSelector` is not given"}
}

// wildcardToleration finds pods that tolerate every taint.
func wildcardToleration(r *resolver, ref *recipe.ComponentRef) finding {
	for _, dotted := range r.registry.Entry(ref.Name).NodeScheduling.Accelerated.TolerationPaths {
		list, _ := r.value(ref.Name, dotted).([]any)
		for _, item := range list {
			if t, _ := item.(map[string]any); t["operator"] == "Exists" && (t["key"] == nil || t["key"] == "") {
				return finding{text: fmt.Sprintf("%s tolerates every taint; give `AcceleratedNodeTolerations` such as nvidia.com/gpu:NoSchedule, or switch the component off", dotted)}
			}
		}
	}
	return finding{}
}

func hostMofedAlone(r *resolver, ref *recipe.ComponentRef) finding {
	if r.value(ref.Name, "driver.rdma.useHostMofed") == true && r.enabled("network-operator") == nil {
		return finding{text: "driver.rdma.useHostMofed is true, and the bundle has no network-operator"}
	}
	return finding{}
}

const runDriver = "/run/nvidia/driver" // the default of both charts

// driverOwnership finds that nobody installs the GPU driver, or that it is looked for elsewhere.
func driverOwnership(r *resolver, ref *recipe.ComponentRef) finding {
	if r.value(ref.Name, "driver.enabled") == false {
		if r.recipe.Metadata.GPUDriverState == "absent" {
			return finding{text: "driver.enabled is false, and the recipe was made for nodes without a GPU driver (gpuDriverState absent)"}
		}
		return finding{}
	}
	at := func(v any) string {
		text, _ := v.(string)
		if text == "" {
			text = runDriver
		}
		return path.Clean(text)
	}
	installed := at(r.value(ref.Name, "hostPaths.driverInstallDir"))
	if installed == "/" {
		return finding{text: "hostPaths.driverInstallDir is /, where no driver is installed"}
	}
	for _, dra := range []string{"nvidia-dra-driver-gpu", "nvidia-dra-driver-gpu-ocp"} {
		if root := at(r.value(dra, "nvidiaDriverRoot")); r.enabled(dra) != nil && root != installed {
			return finding{text: fmt.Sprintf("it installs the driver in %s (hostPaths.driverInstallDir), and component %q looks for it in %s (nvidiaDriverRoot)", installed, dra, root)}
		}
	}
	return finding{}
}

// driverLabel finds that nvsentinel waits for a label that nobody sets.
func driverLabel(r *resolver, ref *recipe.ComponentRef) finding {
	if r.recipe.Metadata.GPUDriverState == "preinstalled" && r.value(ref.Name, "labeler.assumeDriverInstalled") != true {
		return finding{text: "the GPU driver is preinstalled, and labeler.assumeDriverInstalled is not true, so that no node is taken for one with a driver"}
	}
	return finding{}
}

func runtimeClass(r *resolver, ref *recipe.ComponentRef) finding {
	if r.enabled("gpu-operator") == nil {
		return finding{}
	}
	name := func(v any) string {
		if text, _ := v.(string); text != "" {
			return text
		}
		return "nvidia"
	}
	own, operator := name(r.value(ref.Name, "metadata-collector.runtimeClassName")), name(r.value("gpu-operator", "operator.runtimeClass"))
	if own != operator {
		return finding{text: fmt.Sprintf("metadata-collector.runtimeClassName is %q, and operator.runtimeClass of component \"gpu-operator\" %q", own, operator)}
	}
	return finding{}
}

// mariaDBOperator finds that the cluster may have that operator already.
func mariaDBOperator(r *resolver, _ *recipe.ComponentRef) finding {
	switch state := r.recipe.Metadata.MariaDBOperatorState; state {
	case "absent":
		return finding{}
	case "":
		return finding{text: "nothing says whether the cluster has a MariaDB operator already; two would fight over its CRDs", severity: "warning"}
	case "api-detected":
		return finding{text: "the cluster serves the API of a MariaDB operator already (mariaDBOperatorState api-detected); two would fight over it", severity: "warning"}
	default:
		return finding{text: fmt.Sprintf("the cluster may have a MariaDB operator already (mariaDBOperatorState %s); use the recipe's customer-managed accounting, or remove that operator", state), severity: "error"}
	}
}
