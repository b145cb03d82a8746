package values

import (
	"fmt"
	"slices"
)

// Split moves the values at paths out of m, in place, and returns them as a tree of their own,
// together with the paths that had no value, sorted. A path that is given twice, or that lies
// inside another one, is moved once. A path that leads through something else than a map is an
// error: inline values win over a ConfigMap, so nothing set there could ever take effect.
func Split(m map[string]any, paths [][]string) (moved map[string]any, unset [][]string, err error) {
	moved = map[string]any{}
	for _, keys := range outermost(paths) {
		if at, blocked := Blocked(m, keys); blocked {
			held, _ := Get(m, at)
			return nil, nil, fmt.Errorf("path %q: %q holds %s, not a map", JoinPath(keys), JoinPath(at), Kind(held))
		}
		v, ok := Get(m, keys)
		if !ok {
			unset = append(unset, keys)
			continue
		}
		Set(moved, keys, v)
		remove(m, keys)
	}
	return moved, unset, nil
}

// outermost sorts paths and drops those that lie inside another one.
func outermost(paths [][]string) [][]string {
	var out [][]string
	for _, p := range slices.SortedFunc(slices.Values(paths), slices.Compare) {
		inside := func(o []string) bool { return len(p) >= len(o) && slices.Equal(p[:len(o)], o) }
		if !slices.ContainsFunc(out, inside) {
			out = append(out, p)
		}
	}
	return out
}
