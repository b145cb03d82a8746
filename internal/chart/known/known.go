// Package known says which values a chart knows: those of its defaults, and those that its templates
// or its schema name. Helm takes any other value, too, and nothing reads it.
package known

import (
	"maps"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/values"
)

// Key is a key of values that a chart does not know.
type Key struct {
	Path []string
	// Nearest is the key that may be meant instead; "" where none comes near.
	Nearest string
}

// Values is what a chart knows of values.
type Values struct {
	*vocabulary
	defaults map[string]any
	// empty says that the chart reads no values of its own, only those of charts inside it.
	empty  bool
	inside map[string]*Values
}

// Of reads the chart.
func Of(part *chart.Part) *Values {
	k := &Values{vocabulary: vocabularyOf(part), inside: map[string]*Values{}}
	defaults, err := values.Decode(part.Values)
	if err != nil {
		k.whole["Values"] = true
	}
	k.defaults, k.empty = defaults, len(part.Templates) == 0 && len(part.Inside) > 0
	for _, inside := range part.Inside {
		known := Of(inside)
		k.inside[inside.Name] = known
		for _, d := range part.Dependencies {
			if d.Name == inside.Name && d.Alias != "" {
				k.inside[d.Alias] = known
			}
		}
	}
	return k
}

// Unknown returns the keys of values that the chart does not know. A chart without defaults, and
// without charts inside, has nothing to hold a key against.
func (k *Values) Unknown(given map[string]any) []Key {
	if len(k.defaults)+len(k.inside) == 0 {
		return nil
	}
	return k.unknown(given, nil, nil)
}

// Default is the chart's default at the path; nil where there is none.
func (k *Values) Default(path []string) any {
	v, has := values.Get(k.defaults, path)
	if inside := k.inside[path[0]]; !has && inside != nil && len(path) > 1 {
		return inside.Default(path[1:])
	}
	return v
}

// unknown is Unknown where above are the keys that led to the chart, and parents the charts around
// it.
func (k *Values) unknown(given map[string]any, above []string, parents []*Values) []Key {
	if k.whole["Values"] {
		return nil
	}
	knows := func(name string) bool {
		return k.knows(name) || slices.ContainsFunc(parents, func(parent *Values) bool { return parent.knows(name) })
	}
	var found []Key
	free := wordsIn(given)
	for _, key := range slices.Sorted(maps.Keys(given)) {
		path := append(slices.Clone(above), key)
		inner, isMap := given[key].(map[string]any)
		switch inside := k.inside[key]; {
		case key == "global" || key == "tags" || given[key] == nil:
		case inside != nil && isMap:
			found = append(found, inside.unknown(inner, path, append(slices.Clone(parents), k))...)
		case inside != nil:
		default:
			found = append(found, k.key(key, given[key], k.defaults, path, k.empty, func(name string) bool { return knows(name) || free[name] })...)
		}
	}
	return found
}

// key judges one key beside its defaults, and those below it.
func (k *Values) key(name string, given any, defaults map[string]any, path []string, strict bool, knows func(string) bool) []Key {
	if given == nil { // it removes a default
		return nil
	}
	if _, has := defaults[name]; !has && (len(defaults) > 0 || strict) && !knows(name) {
		return []Key{{path, k.nearest(name, defaults)}}
	}
	inner, isMap := given.(map[string]any)
	below, hasBelow := defaults[name].(map[string]any)
	if !isMap || !hasBelow || len(below) == 0 || k.whole[name] {
		return nil
	}
	var found []Key
	for _, next := range slices.Sorted(maps.Keys(inner)) {
		found = append(found, k.key(next, inner[next], below, append(slices.Clone(path), next), false, knows)...)
	}
	return found
}

// nearest is the default, or the chart inside this one, that a key may be meant to be; "" where
// none comes near.
func (k *Values) nearest(name string, defaults map[string]any) string {
	names := slices.Sorted(maps.Keys(defaults))
	if k.empty {
		names = slices.Sorted(maps.Keys(k.inside))
	}
	best, distance := "", 1+len(name)/3
	for _, candidate := range names {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(candidate)); d < distance || d == distance && best == "" {
			best, distance = candidate, d
		}
	}
	return best
}

// wordsIn are the words of the templates among the values: they may use any other value.
func wordsIn(given any) map[string]bool {
	v := &vocabulary{words: map[string]bool{}}
	v.templates(given)
	return v.words
}

func (v *vocabulary) templates(given any) {
	switch given := given.(type) {
	case string:
		if strings.Contains(given, "{{") {
			v.add([]byte(given))
		}
	case map[string]any:
		for key, item := range given {
			v.templates(key)
			v.templates(item)
		}
	case []any:
		for _, item := range given {
			v.templates(item)
		}
	}
}
