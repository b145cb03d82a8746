package known

import (
	"maps"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/values"
)

// Key is a key of values that a chart does not know.
type Key struct {
	Path []string
	// Nearest is the path that may be meant instead; nil where none comes near.
	Nearest []string
	// Refused says that the chart's schema allows no such key: Helm does not render the chart.
	Refused bool
}

// Meant is the path that may be meant, as it is spoken of beside that of the key: the last step
// alone where the two lie in one map.
func (k Key) Meant() string {
	at := len(k.Path) - 1
	if len(k.Nearest) == len(k.Path) && slices.Equal(k.Nearest[:at], k.Path[:at]) {
		return k.Nearest[at]
	}
	return values.JoinPath(k.Nearest)
}

// Unknown returns the keys of values that the chart does not know. A chart without defaults has
// nothing to hold a key against.
func (k *Values) Unknown(given map[string]any) []Key {
	if len(k.defaults) == 0 {
		return nil
	}
	k.texts(given)
	return k.level(given, level{nil, []*place{k.read}, []*place{k.commented}, k.defaults, k.schema})
}

// level is a place in the values, with all that is known of it.
type level struct {
	path            []string
	read, commented []*place
	defaults        map[string]any
	schema          schema
}

// free reports whether any key is taken for known: one that templates may read, or where the chart
// says nothing of what there may be.
func (l level) free() bool {
	if len(l.read) == 0 || l.schema.free() {
		return true
	}
	named := len(l.defaults) > 0
	for _, p := range slices.Concat(l.read, l.commented) {
		if p.whole {
			return true
		}
		named = named || len(p.children) > 0
	}
	return !named && len(l.schema.keys()) == 0
}

// below is the level of a key.
func (l level) below(key string) level {
	defaults, _ := l.defaults[key].(map[string]any)
	schema, _ := l.schema.below(key)
	return level{append(slices.Clone(l.path), key), below(l.read, key), below(l.commented, key), defaults, schema}
}

// switches are keys at the top of a chart's values that are for others than the templates: Helm reads tags, and those who
// install charts together say with the others whether to.
var switches = map[string]bool{"tags": true, "enabled": true, "install": true}

func (l level) knows(key string) bool {
	_, byDefault := l.defaults[key]
	_, bySchema := l.schema.below(key)
	return byDefault || bySchema || len(below(l.read, key)) > 0 || len(below(l.commented, key)) > 0 || strings.HasPrefix(key, "x-")
}

func (k *Values) level(given map[string]any, l level) (found []Key) {
	if l.free() {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		switch inner, isMap := given[key].(map[string]any); {
		case given[key] == nil: // it removes a default
		case switches[key] && slices.ContainsFunc(l.read, func(p *place) bool { return p.global != nil }):
		case !l.knows(key):
			path := append(slices.Clone(l.path), key)
			found = append(found, Key{path, k.nearest(key, given[key], l), l.schema.closed()})
		case isMap:
			found = append(found, k.level(inner, l.below(key))...)
		}
	}
	return found
}
