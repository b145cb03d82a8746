package engine

import (
	"fmt"
	"maps"
	"slices"
)

// SortedKeys are the keys of a map; none of anything else.
func SortedKeys(v any) []string {
	m, _ := v.(map[string]any)
	return slices.Sorted(maps.Keys(m))
}

func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// EachText visits every text below v, keys of maps too, in a fixed order. For a
// key the path is that of its entry. It ends when visit returns false.
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

// AnyText reports whether is holds for a text below v, keys of maps too. It is
// much faster than eachText, and looks in no order.
func AnyText(v any, is func(text string) bool) bool {
	switch v := v.(type) {
	case string:
		return is(v)
	case map[string]any:
		for key, item := range v {
			if is(key) || AnyText(item, is) {
				return true
			}
		}
	case []any:
		for _, item := range v {
			if AnyText(item, is) {
				return true
			}
		}
	}
	return false
}
