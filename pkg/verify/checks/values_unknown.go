package checks

import (
	"maps"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var valuesUnknown = &engine.Check{
	ID:       "values-unknown",
	Group:    engine.GroupCharts,
	Severity: engine.SeverityWarning,
	Title:    "Each value of a release is one that its local chart knows",
	Remedy:   "Correct the key, or remove it.",
	Run: func(p *engine.Pass) {
		known := map[*chart.Part]*knownValues{}
		for _, c := range p.Charts() {
			// Without defaults, and without charts inside, there is nothing to hold a key against.
			if c.Chart == nil || len(c.Values) == 0 || p.Ctx.Err() != nil || len(c.Chart.Parts.Values)+len(c.Chart.Parts.Inside) == 0 {
				continue
			}
			if known[c.Chart.Parts] == nil {
				known[c.Chart.Parts] = knownOf(c.Chart.Parts)
			}
			for _, key := range known[c.Chart.Parts].unknown(c.Values, nil, nil) {
				unknownValue(p, c, key)
			}
		}
	},
}

func unknownValue(p *engine.Pass, c *engine.LocalChart, key unknownKey) {
	at := valuePlace(p, c.Release, key.path)
	name := key.path[len(key.path)-1]
	where := c.Chart.Name
	if len(key.path) > 1 {
		where = values.JoinPath(key.path[:len(key.path)-1])
	}
	if key.nearest != "" {
		p.Report(at, "the chart knows no %q in %s; did you mean %q?", name, where, key.nearest)
		return
	}
	p.Report(at, "the chart knows no %q in %s", name, where)
}

// valuePlace is where a value of a release is written: inline, in the last ConfigMap that has it, or
// where a valuesFrom names its path.
func valuePlace(p *engine.Pass, release *rollout.Release, path []string) rollout.Place {
	if _, inline := values.Get(release.Values(), path); !inline {
		for _, from := range slices.Backward(release.ValuesFrom) {
			if at, err := from.Merge(map[string]any{}, rollout.SecretPlaceholder); err == nil && from.TargetPath != "" {
				if _, leads := values.Get(at, path); leads {
					return from.Place
				}
				continue
			}
			o := p.Object(from.Ref)
			if o == nil {
				continue
			}
			if m, err := values.Decode([]byte(o.Text("data", from.Key))); err == nil {
				if _, has := values.Get(m, path); has {
					return o.Place("data", from.Key)
				}
			}
		}
	}
	steps := []any{"spec", "values"}
	for _, key := range path {
		steps = append(steps, key)
	}
	return release.Place(steps...)
}

// unknownKey is a key of values that a chart does not know.
type unknownKey struct {
	path    []string
	nearest string
}

// knownValues is what a chart knows of values.
type knownValues struct {
	*vocabulary
	defaults map[string]any
	// empty says that the chart reads no values of its own, only those of charts inside it.
	empty  bool
	inside map[string]*knownValues
}

func knownOf(part *chart.Part) *knownValues {
	k := &knownValues{vocabulary: vocabularyOf(part), inside: map[string]*knownValues{}}
	defaults, err := values.Decode(part.Values)
	if err != nil {
		k.whole["Values"] = true
	}
	k.defaults, k.empty = defaults, len(part.Templates) == 0 && len(part.Inside) > 0
	for _, inside := range part.Inside {
		known := knownOf(inside)
		k.inside[inside.Name] = known
		for _, d := range part.Dependencies {
			if d.Name == inside.Name && d.Alias != "" {
				k.inside[d.Alias] = known
			}
		}
	}
	return k
}

// unknown returns the keys of values that the chart does not know. above are the keys that led to
// the chart, parents the charts around it.
func (k *knownValues) unknown(given map[string]any, above []string, parents []*knownValues) []unknownKey {
	if k.whole["Values"] {
		return nil
	}
	knows := func(name string) bool {
		return k.knows(name) || slices.ContainsFunc(parents, func(parent *knownValues) bool { return parent.knows(name) })
	}
	var found []unknownKey
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
func (k *knownValues) key(name string, given any, defaults map[string]any, path []string, strict bool, knows func(string) bool) []unknownKey {
	if given == nil { // it removes a default
		return nil
	}
	if _, has := defaults[name]; !has && (len(defaults) > 0 || strict) && !knows(name) {
		return []unknownKey{{path, k.nearest(name, defaults)}}
	}
	inner, isMap := given.(map[string]any)
	below, hasBelow := defaults[name].(map[string]any)
	if !isMap || !hasBelow || len(below) == 0 || k.whole[name] {
		return nil
	}
	var found []unknownKey
	for _, next := range slices.Sorted(maps.Keys(inner)) {
		found = append(found, k.key(next, inner[next], below, append(slices.Clone(path), next), false, knows)...)
	}
	return found
}

// nearest is the default, or the chart inside this one, that a key may be meant to be; "" where
// none comes near.
func (k *knownValues) nearest(name string, defaults map[string]any) string {
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
func wordsIn(given map[string]any) map[string]bool {
	v := &vocabulary{words: map[string]bool{}}
	engine.EachText(given, nil, func(_ []any, text string) bool {
		if strings.Contains(text, "{{") {
			v.add([]byte(text))
		}
		return true
	})
	return v.words
}
