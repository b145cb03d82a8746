package aicr

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Scheduling says where pods may run. The registry says at which paths of its values a component
// wants to hear that. What is empty is not written, but for tolerations.
type Scheduling struct {
	// SystemNodeSelector and AcceleratedNodeSelector are the labels of the nodes on which system
	// and GPU components are placed, WorkloadSelector those of pods that must not be disturbed.
	SystemNodeSelector, AcceleratedNodeSelector, WorkloadSelector map[string]string
	// SystemNodeTolerations and AcceleratedNodeTolerations are those of the pods there; nil means
	// that they tolerate everything, and an empty list that they keep what their values say.
	SystemNodeTolerations, AcceleratedNodeTolerations []Toleration
	// WorkloadGate is the taint that keeps workloads away until a node is ready.
	WorkloadGate Taint
	// Nodes is how many nodes the cluster has, StorageClass where data is stored.
	Nodes        int
	StorageClass string
	// SharedStorageClass is where data is stored that several nodes write; StorageClass does not
	// stand in for it.
	SharedStorageClass string
	// DRAEvictionNodeLabel is the label, key=value, that nodes lose before the GPU driver is
	// replaced, so that pods that use DRA leave. Without it no component labels nodes.
	DRAEvictionNodeLabel string
}

// Taint is a taint of a node.
type Taint struct {
	Key, Value, Effect string
}

// String writes the taint as kubectl does: key=value:Effect.
func (t Taint) String() string {
	text := t.Key
	if t.Value != "" {
		text += "=" + t.Value
	}
	return text + ":" + t.Effect
}

// Toleration is a taint that pods tolerate.
type Toleration struct {
	Taint
	// Exists says that the taint's value does not matter. Without a key it is every taint.
	Exists bool
}

var (
	labelKey   = regexp.MustCompile(`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`)
	labelValue = regexp.MustCompile(`^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$`)
)

// check finds what Kubernetes would refuse.
func (s *Scheduling) check() error {
	var problems []error
	for _, f := range []struct {
		field  string
		labels map[string]string
	}{{"`SystemNodeSelector`", s.SystemNodeSelector}, {"`AcceleratedNodeSelector`", s.AcceleratedNodeSelector}, {"`WorkloadSelector`", s.WorkloadSelector}} {
		for _, key := range slices.Sorted(maps.Keys(f.labels)) {
			if value := f.labels[key]; !labelKey.MatchString(key) || !labelValue.MatchString(value) {
				problems = append(problems, errors.Invalid("%s %q is not a label; write key=value", f.field, key+"="+value))
			}
		}
	}
	for _, f := range []struct {
		field string
		list  []Toleration
	}{{"`SystemNodeTolerations`", s.SystemNodeTolerations}, {"`AcceleratedNodeTolerations`", s.AcceleratedNodeTolerations}} {
		for _, t := range f.list {
			if t != (Toleration{Exists: true}) {
				problems = append(problems, t.check(f.field))
			}
		}
	}
	if key, value, ok := strings.Cut(s.DRAEvictionNodeLabel, "="); s.DRAEvictionNodeLabel != "" && (!ok || value == "" || !labelKey.MatchString(key) || !labelValue.MatchString(value)) {
		problems = append(problems, errors.Invalid("`DRAEvictionNodeLabel` %q is not a label; write key=value", s.DRAEvictionNodeLabel))
	}
	if s.WorkloadGate != (Taint{}) {
		problems = append(problems, s.WorkloadGate.check("`WorkloadGate`"))
	}
	if s.StorageClass != "" && len(validation.IsDNS1123Subdomain(s.StorageClass)) > 0 {
		problems = append(problems, errors.Invalid("`StorageClass` %q is not a name that Kubernetes accepts; kubectl get storageclass lists those of the cluster", s.StorageClass))
	}
	return errors.Join(problems...)
}

func (t Taint) check(field string) error {
	effects := []string{"NoSchedule", "PreferNoSchedule", "NoExecute"}
	if !labelKey.MatchString(t.Key) || !labelValue.MatchString(t.Value) || !slices.Contains(effects, t.Effect) {
		return errors.Invalid("%s %q is not a taint; write key=value:Effect or key:Effect, with the effect NoSchedule, PreferNoSchedule or NoExecute", field, t)
	}
	return nil
}

// value is the toleration as a pod has it.
func (t Toleration) value() map[string]any {
	v := map[string]any{"operator": "Exists"}
	if !t.Exists {
		v["operator"], v["value"] = "Equal", t.Value
	}
	if t.Key != "" {
		v["key"], v["effect"] = t.Key, t.Effect
	}
	return v
}
