package diff

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// Field is one difference of two trees of values.
type Field struct {
	// Path is the way to it: "driver.env[name=HTTP_PROXY].value". An item of a list is named by what
	// tells it from the others, where something does.
	Path   string `json:"path"`
	Change Kind   `json:"change"`
	// From and To are what stands there, secrets replaced.
	From any `json:"from,omitempty"`
	To   any `json:"to,omitempty"`
}

// walker finds the differences of two trees.
type walker struct {
	hider
	fields []Field
	// secret says that all text is secret, as in the data of a Secret.
	secret bool
}

// fields are the differences of two trees, in the order of their keys.
func (h hider) fields(from, to any) []Field {
	w := walker{hider: h}
	w.walk("", "", from, to)
	return w.fields
}

// walk compares what stands at path, below key.
func (w *walker) walk(path, key string, from, to any) {
	if same(from, to) {
		return
	}
	switch was := from.(type) {
	case map[string]any:
		if is, ok := to.(map[string]any); ok {
			w.maps(path, was, is)
			return
		}
	case []any:
		if is, ok := to.([]any); ok {
			w.lists(path, key, was, is)
			return
		}
	}
	w.add(path, key, Changed, from, to)
}

func (w *walker) add(path, key string, change Kind, from, to any) {
	f := Field{Path: path, Change: change}
	if change != Added {
		f.From = w.shown(key, from)
	}
	if change != Removed {
		f.To = w.shown(key, to)
	}
	w.fields = append(w.fields, f)
}

func (w *walker) shown(key string, v any) any {
	if w.secret {
		return secretText
	}
	return w.show(key, v)
}

func (w *walker) maps(path string, from, to map[string]any) {
	both := maps.Clone(from)
	maps.Copy(both, to)
	for _, key := range slices.Sorted(maps.Keys(both)) {
		was, had := from[key]
		is, has := to[key]
		at, about := below(path, key), holder(both, key)
		switch {
		case !had:
			w.add(at, about, Added, nil, is)
		case !has:
			w.add(at, about, Removed, was, nil)
		default:
			w.walk(at, about, was, is)
		}
	}
}

// below is the way to a key of what stands at path.
func below(path, key string) string {
	step := rollout.Dotted(key)
	if path == "" || strings.HasPrefix(step, "[") {
		return path + step
	}
	return path + "." + step
}

// same reports whether two trees mean the same to Helm and Kubernetes, for whom 1 and 1.0 are one
// number.
func same(a, b any) bool {
	if reflect.DeepEqual(a, b) {
		return true
	}
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && maps.EqualFunc(x, y, same)
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, same)
	}
	x, isNumber := number(a)
	y, are := number(b)
	return isNumber && are && x == y
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case uint64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// text is a value as JSON, to tell items apart.
func text(v any) string {
	data, _ := json.Marshal(v) // values are what JSON can hold
	return string(data)
}

// holder is what says whether a value is a secret: its key, for the value of a variable the name, and
// for that of a JSON patch the path.
func holder(m map[string]any, key string) string {
	if key != "value" {
		return key
	}
	for _, by := range []string{"name", "path"} {
		if about, ok := m[by].(string); ok && values.IsSecret(about, m[key]) {
			return about
		}
	}
	return key
}
