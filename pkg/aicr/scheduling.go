package aicr

import (
	"reflect"
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// scheduling says where pods may run; the registry says at which paths of its
// values a component wants to hear that.
type scheduling struct {
	systemSelector, acceleratedSelector, workloadSelector map[string]any // nil: not given
	systemTolerations, acceleratedTolerations             []any
	gate                                                  string
	nodes                                                 int
	storageClass                                          string
}

var (
	labelKey   = regexp.MustCompile(`^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`)
	labelValue = regexp.MustCompile(`^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$`)
	effects    = map[string]bool{"NoSchedule": true, "PreferNoSchedule": true, "NoExecute": true}
)

func readScheduling(o config.Options) (scheduling, error) {
	s := scheduling{gate: o.WorkloadGate, nodes: o.Nodes, storageClass: o.StorageClass}
	var problems []error
	selector := func(flag string, list []string) map[string]any {
		m, err := readSelector(flag, list)
		problems = append(problems, err)
		return m
	}
	tolerations := func(flag string, list []string) []any {
		l, err := readTolerations(flag, list)
		problems = append(problems, err)
		return l
	}
	s.systemSelector = selector("--system-node-selector", o.SystemNodeSelector)
	s.acceleratedSelector = selector("--accelerated-node-selector", o.AcceleratedNodeSelector)
	s.workloadSelector = selector("--workload-selector", o.WorkloadSelector)
	s.systemTolerations = tolerations("--system-node-toleration", o.SystemNodeToleration)
	s.acceleratedTolerations = tolerations("--accelerated-node-toleration", o.AcceleratedNodeToleration)
	if s.gate != "" {
		if t, err := readToleration("--workload-gate", s.gate); err != nil || t["key"] == nil {
			problems = append(problems, errors.Invalid("--workload-gate %q is not a taint; write key=value:Effect", s.gate))
		}
	}
	return s, errors.Join(problems...)
}

func readSelector(flag string, list []string) (map[string]any, error) {
	if len(list) == 0 {
		return nil, nil
	}
	m := map[string]any{}
	for _, text := range strings.Split(strings.Join(list, ","), ",") {
		key, value, ok := strings.Cut(text, "=")
		if !ok || !labelKey.MatchString(key) || !labelValue.MatchString(value) || len(value) > 63 {
			return nil, errors.Invalid("%s %q is not a node label; write key=value", flag, text)
		}
		m[key] = value
	}
	return m, nil
}

// readTolerations returns the tolerations of the flag, or tolerate-all where
// it is not given.
func readTolerations(flag string, list []string) ([]any, error) {
	if len(list) == 0 {
		list = []string{"*"}
	}
	var out []any
	var problems []error
	for _, text := range list {
		t, err := readToleration(flag, text)
		problems = append(problems, err)
		out = append(out, t)
	}
	return out, errors.Join(problems...)
}

func readToleration(flag, text string) (map[string]any, error) {
	if text == "*" {
		return map[string]any{"operator": "Exists"}, nil
	}
	taint, effect, ok := cutLast(text, ":")
	key, value, hasValue := strings.Cut(taint, "=")
	if !ok || !effects[effect] || !labelKey.MatchString(key) || !labelValue.MatchString(value) || len(value) > 63 {
		return nil, errors.Invalid("%s %q is not a taint; write key=value:Effect, key:Effect or *, with the effect NoSchedule, PreferNoSchedule or NoExecute", flag, text)
	}
	if !hasValue {
		return map[string]any{"key": key, "operator": "Exists", "effect": effect}, nil
	}
	return map[string]any{"key": key, "operator": "Equal", "value": value, "effect": effect}, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// placement writes the scheduling of one component into its values.
type placement struct {
	into            map[string]any // all layers so far
	overrides, sets map[string]any // what the recipe's overrides and --set hold
	warn            func(format string, args ...any)
}

func (s *scheduling) apply(e *component.Entry, p *placement) error {
	node, workload := &e.NodeScheduling, e.PodScheduling.Workload.WorkloadSelectorPaths
	var problems []error
	each := func(paths []string, given bool, write func([]string)) {
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
	replace := func(v any) func([]string) {
		return func(keys []string) { values.Set(p.into, keys, copyOf(v)) }
	}
	tolerate := func(list []any) func([]string) {
		return func(keys []string) { p.tolerate(keys, list) }
	}
	each(node.System.NodeSelectorPaths, s.systemSelector != nil, replace(s.systemSelector))
	each(node.System.TolerationPaths, true, tolerate(s.systemTolerations))
	each(node.Accelerated.NodeSelectorPaths, s.acceleratedSelector != nil, replace(s.acceleratedSelector))
	each(node.Accelerated.TolerationPaths, true, tolerate(s.acceleratedTolerations))
	each(workload, s.workloadSelector != nil, replace(s.workloadSelector))
	each(node.Accelerated.TaintStrPaths, s.gate != "", replace(s.gate))
	each(node.NodeCountPaths, s.nodes > 0, replace(int64(s.nodes)))
	each(e.StorageClassPaths, s.storageClass != "", func(keys []string) {
		if _, set := values.Get(p.sets, keys); !set {
			values.Set(p.into, keys, s.storageClass)
		}
	})
	return errors.Join(problems...)
}

func copyOf(v any) any {
	if m, ok := v.(map[string]any); ok {
		return values.Clone(m)
	}
	return v
}

// cleared reports whether the recipe, or --set, says that nothing shall stand
// at keys: overrides hold something empty there, or one of them holds
// something else than a map on the way.
func (p *placement) cleared(keys []string) bool {
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

// tolerate appends to the tolerations that overrides or --set hold, and
// replaces any others.
func (p *placement) tolerate(keys []string, add []any) {
	_, inOverrides := values.Get(p.overrides, keys)
	_, inSets := values.Get(p.sets, keys)
	var list []any
	if inOverrides || inSets {
		held, _ := values.Get(p.into, keys)
		var isList bool
		if list, isList = held.([]any); !isList {
			p.warn("the value at %q is %s, not a list, so no tolerations are added there", values.JoinPath(keys), values.Kind(held))
			return
		}
	}
	list = list[:len(list):len(list)]
	for _, t := range add {
		if !contains(list, t) {
			list = append(list, copyOf(t))
		}
	}
	values.Set(p.into, keys, list)
}

func contains(list []any, v any) bool {
	for _, item := range list {
		if reflect.DeepEqual(item, v) {
			return true
		}
	}
	return false
}
