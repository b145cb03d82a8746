// Package values handles the nested maps that Helm calls values: reading them as Helm reads them,
// merging them layer by layer, addressing them by dotted paths, splitting parts of them off, and
// writing them as YAML that every reader understands alike.
//
// It knows nothing of recipes or Flux. A value tree is made of map[string]any, []any, string, bool,
// int64, uint64 (only above the range of int64), float64 and nil, and of nothing else; Normalize
// brings any other Go value into that form.
package values

import (
	"encoding/json"
	"fmt"
	"math"
	"unicode/utf8"
)

// Normalize returns a deep copy of m in which every value has one of the types named in the package
// comment. It fails on what no YAML or JSON document can hold: NaN, infinities, text that is not
// UTF-8, functions and the like.
func Normalize(m map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(m))
	for k, v := range m {
		if !utf8.ValidString(k) {
			return nil, fmt.Errorf("key %q is not valid UTF-8", k)
		}
		n, err := normalize(v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", JoinPath([]string{k}), err)
		}
		out[k] = n
	}
	return out, nil
}

func normalize(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, int64:
		return v, nil
	case string:
		if !utf8.ValidString(v) {
			return nil, fmt.Errorf("text is not valid UTF-8")
		}
		return v, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%v is not a number that JSON, and so Helm, can hold", v)
		}
		return v, nil
	case map[string]any:
		return Normalize(v)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			n, err := normalize(item)
			if err != nil {
				return nil, fmt.Errorf("item %d: %w", i, err)
			}
			out[i] = n
		}
		return out, nil
	}
	// What else a Go program may have: int, []string, map[string]string, structs.
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("a Go value of type %T cannot be a Helm value: %w", v, err)
	}
	return DecodeJSON(data)
}
