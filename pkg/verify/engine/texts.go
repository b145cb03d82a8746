package engine

import (
	"fmt"
	"maps"
	"slices"
)

// SortedKeys are the keys of a map, and nothing for any other value.
func SortedKeys(v any) []string {
	m, _ := v.(map[string]any)
	return slices.Sorted(maps.Keys(m))
}

// Plural returns "1 file" or "2 files".
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// EachText visits every text below v, keys of maps too, in a fixed order. For a key the path is
// that of its entry. It ends when visit returns false.
func EachText(v any, path []any, visit func(path []any, text string) bool) bool {
	switch v := v.(type) {
	case string:
		return visit(path, v)
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			at := append(slices.Clip(path), key)
			if !visit(at, key) || !EachText(v[key], at, visit) {
				return false
			}
		}
	case []any:
		for i, item := range v {
			if !EachText(item, append(slices.Clip(path), i), visit) {
				return false
			}
		}
	}
	return true
}

// EachValue visits every value below v that has a key, in a fixed order.
func EachValue(v any, path []any, visit func(path []any, value any)) {
	m, _ := v.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(m)) {
		at := append(slices.Clip(path), key)
		visit(at, m[key])
		EachValue(m[key], at, visit)
	}
}
