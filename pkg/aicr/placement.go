package aicr

import (
	"fmt"
	"reflect"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// placement writes the scheduling of one component into its values.
type placement struct {
	*Scheduling
	into            map[string]any // all layers so far
	overrides, sets map[string]any // what the recipe's overrides and Set hold
	dynamic         [][]string     // what is set in each cluster
	warn            func(text string)
}

func (p *placement) place(e *component.Entry) error {
	node := &e.NodeScheduling
	var problems []error
	each := func(paths []string, given bool, write func(keys []string)) {
		if !given {
			return
		}
		for _, dotted := range paths {
			keys, err := values.ParsePath(dotted)
			if err != nil {
				problems = append(problems, errors.Invalid("registry entry %q: %s", e.Name, err))
				continue
			}
			if !p.cleared(keys) {
				write(keys)
			}
		}
	}
	replace := func(v any) func([]string) { return func(keys []string) { values.Set(p.into, keys, v) } }
	labels := func(paths []string, labels map[string]string) {
		each(paths, len(labels) > 0, func(keys []string) {
			selector := map[string]any{}
			for k, v := range labels {
				selector[k] = v
			}
			values.Set(p.into, keys, selector)
		})
	}
	tolerate := func(paths []string, list []Toleration) {
		if list == nil {
			list = []Toleration{{Exists: true}}
		}
		each(paths, len(list) > 0, func(keys []string) { p.tolerate(keys, list) })
	}
	labels(node.System.NodeSelectorPaths, p.SystemNodeSelector)
	tolerate(node.System.TolerationPaths, p.SystemNodeTolerations)
	labels(node.Accelerated.NodeSelectorPaths, p.AcceleratedNodeSelector)
	tolerate(node.Accelerated.TolerationPaths, p.AcceleratedNodeTolerations)
	labels(e.PodScheduling.Workload.WorkloadSelectorPaths, p.WorkloadSelector)
	each(node.Accelerated.TaintStrPaths, p.WorkloadGate != Taint{}, replace(p.WorkloadGate.String()))
	each(node.NodeCountPaths, p.Nodes > 0, replace(int64(p.Nodes)))
	store := func(paths []string, class string) {
		each(paths, class != "", func(keys []string) {
			if _, set := values.Get(p.sets, keys); !set {
				values.Set(p.into, keys, class)
			}
		})
	}
	store(e.StorageClassPaths, p.StorageClass)
	store(e.SharedStorageClassPaths, p.SharedStorageClass)
	return errors.Join(problems...)
}

// cleared reports whether the recipe, or Set, says that nothing shall stand at keys: overrides hold
// something empty there, or one of them holds something else than a map on the way.
func (p *placement) cleared(keys []string) bool {
	for _, dynamic := range p.dynamic {
		if len(dynamic) <= len(keys) && overlap(dynamic, keys) {
			return true // each cluster says it
		}
	}
	if _, blocked := values.Blocked(p.overrides, keys); blocked {
		return true
	}
	if _, blocked := values.Blocked(p.sets, keys); blocked {
		return true
	}
	v, held := values.Get(p.overrides, keys)
	return held && isEmpty(v)
}

func isEmpty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// tolerate appends to the tolerations that overrides or Set hold, and replaces any others.
func (p *placement) tolerate(keys []string, add []Toleration) {
	_, inOverrides := values.Get(p.overrides, keys)
	_, inSets := values.Get(p.sets, keys)
	var list []any
	if inOverrides || inSets {
		held, _ := values.Get(p.into, keys)
		var isList bool
		if list, isList = held.([]any); !isList {
			p.warn(fmt.Sprintf("the value at %q is %s, not a list, so no tolerations are added there", values.JoinPath(keys), values.Kind(held)))
			return
		}
	}
	list = list[:len(list):len(list)]
	for _, t := range add {
		if v := t.value(); !contains(list, v) {
			list = append(list, v)
		}
	}
	values.Set(p.into, keys, list)
}

func contains(list []any, v map[string]any) bool {
	for _, item := range list {
		if reflect.DeepEqual(item, any(v)) {
			return true
		}
	}
	return false
}
