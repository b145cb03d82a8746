package values

import "maps"

// Merge puts the stronger layer src over dst, in place: maps merge key by key, everything else
// replaces. A null in src removes the key that dst holds; where dst holds none the null stays,
// because that is how Helm unsets a default of the chart. dst and src share nothing afterwards.
func Merge(dst, src map[string]any) {
	for k, v := range src {
		old, held := dst[k]
		if v == nil && old != nil {
			delete(dst, k)
			continue
		}
		newMap, isMap := v.(map[string]any)
		oldMap, wasMap := old.(map[string]any)
		if held && isMap && wasMap {
			Merge(oldMap, newMap)
			continue
		}
		dst[k] = clone(v)
	}
}

// Clone returns a deep copy of m.
func Clone(m map[string]any) map[string]any {
	out := maps.Clone(m)
	if out == nil {
		return map[string]any{}
	}
	for k, v := range out {
		out[k] = clone(v)
	}
	return out
}

func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return Clone(v)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = clone(item)
		}
		return out
	}
	return v
}
