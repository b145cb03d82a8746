// Package known says which values a chart knows: those that its templates read, as far as they can
// be followed, those of its defaults, and those of its schema. Helm takes any other value, too, and
// nothing reads it.
package known

import (
	"strings"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/values"
)

// Values is what a chart knows of values.
type Values struct {
	// read are the values that templates read, commented those that defaults have in comments.
	read, commented *place
	// defaults are those of the chart, with those of the charts inside it below their keys.
	defaults map[string]any
	schema   schema

	reader *reader
	given  []value // what the templates of the chart, and of those inside it, are given
}

// Of reads the chart.
func Of(part *chart.Part) *Values {
	k := &Values{read: &place{global: &place{}}, commented: &place{}, defaults: map[string]any{}}
	k.reader = newReader(part, k.read)
	// A chart around another one, without templates, is not the one that people mean.
	for main := part; len(main.Templates) == 0 && len(main.Inside) == 1; {
		main = main.Inside[0]
		k.reader.main = main
	}
	k.schema = k.chart(part, k.read, k.commented, k.defaults)
	k.texts(k.defaults)
	k.reader.follow()
	return k
}

// chart takes in a chart whose values are at the places, and the charts inside it.
func (k *Values) chart(part *chart.Part, at, commentedAt *place, defaults map[string]any) schema {
	given := k.reader.load(part, at)
	k.given = append(k.given, given)
	own, err := values.Decode(part.Values)
	if err != nil {
		at.whole = true
	}
	commented(part.Values, commentedAt)
	s := schemaOf(part.Schema)
	subcharts := value{dicts: []*dict{{lasting: true}}}
	for _, inside := range part.Inside {
		for _, key := range keysOfInside(part, inside) {
			below := at.child(key)
			below.global = k.read.global
			if _, isMap := defaults[key].(map[string]any); !isMap {
				defaults[key] = map[string]any{}
			}
			if s.inside == nil {
				s.inside = map[string]schema{}
			}
			inner, _ := defaults[key].(map[string]any)
			s.inside[key] = k.chart(inside, below, commentedAt.child(key), inner)
			subcharts.dicts[0].put(key, k.given[len(k.given)-1])
		}
	}
	given.dicts[0].put("Subcharts", subcharts)
	for _, d := range part.Dependencies {
		for _, path := range strings.Split(d.Condition, ",") {
			if keys, err := values.ParsePath(strings.TrimSpace(path)); err == nil {
				at.at(keys...)
			}
		}
		for _, i := range d.Imports {
			take(defaults, d.Key(), i)
		}
	}
	values.Merge(defaults, own)
	return s
}

// take puts what a dependency gives to the chart around it among that one's defaults.
func take(defaults map[string]any, key string, i chart.Import) {
	v, _ := values.Get(defaults, append([]string{key}, strings.Split(i.Child, ".")...))
	given, isMap := v.(map[string]any)
	switch {
	case v == nil:
	case i.Parent != ".":
		values.Set(defaults, strings.Split(i.Parent, "."), v)
	case isMap:
		values.Merge(defaults, values.Clone(given))
	}
}

// keysOfInside are the keys below which the chart inside has its values: one for each dependency that
// means it.
func keysOfInside(part, inside *chart.Part) (keys []string) {
	for _, d := range part.Dependencies {
		if d.Accepts(inside) {
			keys = append(keys, d.Key())
		}
	}
	if keys == nil {
		return []string{inside.Name}
	}
	return keys
}

// Reads reports whether templates may read something at the path, whatever the defaults have.
func (k *Values) Reads(path []string) bool {
	at := []*place{k.read}
	for _, key := range path {
		for _, p := range at {
			if p.whole {
				return true
			}
		}
		at = below(at, key)
	}
	return len(at) > 0
}

// Default is the chart's default at the path; nil where there is none.
func (k *Values) Default(path []string) any {
	v, _ := values.Get(k.defaults, path)
	return v
}

// texts follows the templates among values, which may read any others.
func (k *Values) texts(v any) {
	switch v := v.(type) {
	case string:
		if strings.Contains(v, "{{") {
			k.reader.among(v, k.given)
		}
	case map[string]any:
		for key, item := range v {
			k.texts(key)
			k.texts(item)
		}
	case []any:
		for _, item := range v {
			k.texts(item)
		}
	}
}
