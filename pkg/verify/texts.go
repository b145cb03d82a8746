package verify

import (
	"maps"
	"slices"
)

// eachText visits every text below v, keys of maps too, in a fixed order. For a
// key the path is that of its entry. It ends when visit returns false.
func eachText(v any, path []any, visit func(path []any, text string) bool) bool {
	switch v := v.(type) {
	case string:
		return visit(path, v)
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			at := append(slices.Clip(path), key)
			if !visit(at, key) || !eachText(v[key], at, visit) {
				return false
			}
		}
	case []any:
		for i, item := range v {
			if !eachText(item, append(slices.Clip(path), i), visit) {
				return false
			}
		}
	}
	return true
}

// anyText reports whether is holds for a text below v, keys of maps too. It is
// much faster than eachText, and looks in no order.
func anyText(v any, is func(text string) bool) bool {
	switch v := v.(type) {
	case string:
		return is(v)
	case map[string]any:
		for key, item := range v {
			if is(key) || anyText(item, is) {
				return true
			}
		}
	case []any:
		for _, item := range v {
			if anyText(item, is) {
				return true
			}
		}
	}
	return false
}
