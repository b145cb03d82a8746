package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/verify/engine"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

var duplicateListKey = &engine.Check{
	ID:       "duplicate-list-key",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityError,
	Title:    "No list has two entries of one key",
	Remedy:   "Remove one of the two entries from the template, or from the values that it takes them from.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			for _, d := range duplicatesIn(o.Kind, o.Content) {
				if at := o.Place(d.Path...); !p.FoundAt(at) {
					p.Report(at, "it is the second entry with %s, and the API server refuses that", d.Key)
				}
			}
		}
		for _, chart := range p.Charts() {
			for _, m := range chart.Resources {
				for _, d := range duplicatesIn(m.Kind(), m.Object) {
					at := m.Place(p.Scene)
					at.Path = rollout.Dotted(d.Path...)
					severity := engine.SeverityError
					if !p.FluxAtLeast("2.8") {
						severity = engine.SeverityWarning
					}
					p.Add(severity, at, p.Check.Remedy, "%s renders a second entry with %s, and server-side apply refuses that", chart.Release.Ref, d.Key)
				}
			}
		}
	},
}

// listKeys are the keys of the entries of a list, by the list's field. A key
// with a default is "protocol=TCP".
type listKeys map[string][]string

// The lists of Kubernetes' own kinds that people write entries into, as the
// API's types mark them (patchMergeKey and listMapKey in k8s.io/api/core/v1).
//
//nolint:gochecknoglobals // tables that nobody changes
var (
	podLists = listKeys{
		"containers": {"name"}, "initContainers": {"name"}, "volumes": {"name"}, "imagePullSecrets": {"name"}, "hostAliases": {"ip"},
		"topologySpreadConstraints": {"topologyKey", "whenUnsatisfiable"}, "resourceClaims": {"name"},
	}
	containerLists = listKeys{
		"env": {"name"}, "ports": {"containerPort", "protocol=TCP"}, "volumeMounts": {"mountPath"}, "volumeDevices": {"devicePath"},
	}
	serviceLists = listKeys{"ports": {"port", "protocol=TCP"}}

	// podSpecs is where each kind keeps its pods.
	podSpecs = map[string][]string{
		"Pod": {"spec"}, "Deployment": {"spec", "template", "spec"}, "DaemonSet": {"spec", "template", "spec"}, "StatefulSet": {"spec", "template", "spec"},
		"ReplicaSet": {"spec", "template", "spec"}, "Job": {"spec", "template", "spec"}, "CronJob": {"spec", "jobTemplate", "spec", "template", "spec"},
	}
)

// duplicatesIn finds the entries of an object whose key an earlier entry has.
func duplicatesIn(kind string, object map[string]any) []engine.Duplicate {
	version, _ := object["apiVersion"].(string)
	group, _, grouped := strings.Cut(version, "/")
	if kind == "Service" && !grouped {
		return serviceLists.duplicates(object["spec"], []any{"spec"})
	}
	steps := podSpecs[kind]
	if steps == nil || grouped && isCustom(group) {
		return nil
	}
	var v any = object
	var path []any
	for _, step := range steps {
		m, _ := v.(map[string]any)
		v = m[step]
		path = append(path, step)
	}
	found := podLists.duplicates(v, path)
	spec, _ := v.(map[string]any)
	for _, field := range []string{"initContainers", "containers"} {
		containers, _ := spec[field].([]any)
		for i, container := range containers {
			found = append(found, containerLists.duplicates(container, append(slices.Clip(path), field, i))...)
		}
	}
	return found
}

// DuplicatesIn looks at the lists of one map.
func (l listKeys) duplicates(v any, path []any) []engine.Duplicate {
	m, _ := v.(map[string]any)
	var found []engine.Duplicate
	for _, field := range slices.Sorted(maps.Keys(l)) {
		list, _ := m[field].([]any)
		seen := map[string]bool{}
		for i, entry := range list {
			key, ok := keyOf(entry, l[field])
			if ok && seen[key] {
				found = append(found, engine.Duplicate{Path: append(slices.Clip(path), field, i), Key: key})
			}
			seen[key] = true
		}
	}
	return found
}

// keyOf writes the key of an entry; one that lacks a part of it is another
// check's.
func keyOf(entry any, fields []string) (key string, ok bool) {
	m, _ := entry.(map[string]any)
	parts := make([]string, 0, len(fields))
	for _, field := range fields {
		name, standard, _ := strings.Cut(field, "=")
		v := m[name]
		if v == nil && standard != "" {
			v = standard
		}
		if v == nil {
			return "", false
		}
		parts = append(parts, fmt.Sprintf("%s %v", name, v))
	}
	return strings.Join(parts, ", "), true
}
