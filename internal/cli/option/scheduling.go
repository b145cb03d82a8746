package option

import (
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/pkg/aicr"
)

// scheduling says where pods may run.
func scheduling(o *aicr.BundleOptions) group {
	to := &o.Scheduling
	return func(s *set) {
		labels := func(to *map[string]string, name, usage string, fields ...string) {
			s.each(func(text string) error {
				for label := range strings.SplitSeq(text, ",") {
					key, value, ok := strings.Cut(label, "=")
					if !ok {
						return fmt.Errorf("%q is not a label; write key=value", label)
					}
					*to = with(*to, key, value)
				}
				return nil
			}, name, "KEY=VALUE", usage, fields...)
		}
		tolerations := func(to *[]aicr.Toleration, name, usage string, fields ...string) {
			s.each(func(text string) error {
				if none := text == noTolerations; *to != nil && (none || len(*to) == 0) {
					return fmt.Errorf("%s means that there is no other; remove it, or the others", noTolerations)
				} else if none {
					*to = []aicr.Toleration{}
					return nil
				}
				t, err := toleration(text)
				*to = append(*to, t)
				return err
			}, name, "TAINT", usage+" tolerate KEY=VALUE:EFFECT, KEY:EFFECT, * (everything; the default) or "+noTolerations+" (what their charts say)", fields...)
		}
		labels(&to.SystemNodeSelector, "system-node-selector", "place system components on nodes with this label", "SystemNodeSelector")
		tolerations(&to.SystemNodeTolerations, "system-node-toleration", "let system components", "SystemNodeTolerations")
		labels(&to.AcceleratedNodeSelector, "accelerated-node-selector", "place GPU components on nodes with this label", "AcceleratedNodeSelector")
		tolerations(&to.AcceleratedNodeTolerations, "accelerated-node-toleration", "let GPU components", "AcceleratedNodeTolerations")
		labels(&to.WorkloadSelector, "workload-selector", "pods with this label must not be disturbed", "WorkloadSelector")
		s.add(&value{form: "KEY=VALUE:EFFECT", read: func(text string) error {
			t, err := toleration(text)
			if err != nil || t.Key == "" {
				return fmt.Errorf("%q is not a taint; write key=value:Effect", text)
			}
			to.WorkloadGate = t.Taint
			return nil
		}}, "workload-gate", "this taint keeps workloads away until a node is ready", []string{"WorkloadGate"})
		s.count(&to.Nodes, "nodes", "plan for this number of nodes", "Nodes")
		s.text(&to.StorageClass, "storage-class", "store data in the storage class of this `NAME`", "StorageClass")
		s.text(&to.SharedStorageClass, "shared-storage-class", "store what several nodes write in the storage class of this `NAME`", "SharedStorageClass")
		s.text(&to.DRAEvictionNodeLabel, "dra-eviction-node-label", "let pods that use DRA leave a node before its GPU driver is replaced, by this label, `KEY=VALUE`", "DRAEvictionNodeLabel")
	}
}

// noTolerations is the word for no tolerations at all.
const noTolerations = "none"

// toleration reads key=value:Effect, key:Effect or *.
func toleration(text string) (aicr.Toleration, error) {
	if text == "*" {
		return aicr.Toleration{Exists: true}, nil
	}
	at := strings.LastIndex(text, ":")
	if at < 0 {
		return aicr.Toleration{}, fmt.Errorf("%q is not a taint; write key=value:Effect, key:Effect, * or none", text)
	}
	key, value, hasValue := strings.Cut(text[:at], "=")
	return aicr.Toleration{Taint: aicr.Taint{Key: key, Value: value, Effect: text[at+1:]}, Exists: !hasValue}, nil
}
