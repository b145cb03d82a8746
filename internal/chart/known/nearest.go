package known

import (
	"maps"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/aicr-flux/aicr/pkg/values"
)

// nearest is the path that a key may be meant to be: one that is spelled nearly so in the same map,
// or else the same key in another.
func (k *Values) nearest(key string, given any, l level) []string {
	if name := spelled(key, l.names()); name != "" {
		return append(slices.Clone(l.path), name)
	}
	var best []string
	unsure := false
	k.each(level{nil, []*place{k.read}, nil, k.defaults, k.schema}, func(path []string) {
		name := path[len(path)-1]
		if name != key && !strings.EqualFold(name, key) || !sameKind(given, k.Default(path)) {
			return
		}
		switch nearer := closeness(path, l.path) - closeness(best, l.path); {
		case best == nil || nearer > 0:
			best, unsure = slices.Clone(path), false
		case nearer == 0:
			unsure = true
		}
	})
	if unsure {
		return nil
	}
	return best
}

// spelled is the name that comes nearest to the key; "" where none does.
func spelled(key string, names []string) string {
	best, distance := "", 1+len(key)/3
	for _, name := range names {
		if d := levenshtein.ComputeDistance(strings.ToLower(key), strings.ToLower(name)); d < distance || d == distance && best == "" {
			best, distance = name, d
		}
	}
	return best
}

// names are the keys that the level is known to have.
func (l level) names() []string {
	names := slices.Collect(maps.Keys(l.defaults))
	for _, p := range l.read {
		names = slices.AppendSeq(names, maps.Keys(p.children))
	}
	names = append(names, l.schema.keys()...)
	slices.Sort(names)
	return slices.Compact(names)
}

// Each calls f with the paths that the chart is known to have, down to some depth.
func (k *Values) Each(f func(path []string)) {
	k.each(level{nil, []*place{k.read}, nil, k.defaults, k.schema}, f)
}

// each calls f with the paths that are known, down to some depth.
func (k *Values) each(l level, f func(path []string)) {
	const deepest = 5
	for _, name := range l.names() {
		below := l.below(name)
		f(below.path)
		if len(below.path) < deepest {
			k.each(below, f)
		}
	}
}

// closeness says how near a path is to a map in which one of its keys was looked for.
func closeness(path, to []string) int {
	common := 0
	for common < min(len(path)-1, len(to)) && path[common] == to[common] {
		common++
	}
	return 2*common - len(path) - len(to)
}

// sameKind reports whether a value may stand where the default is.
func sameKind(given, byDefault any) bool {
	return byDefault == nil || values.Kind(given) == values.Kind(byDefault)
}
