package values

import (
	"fmt"
	"regexp"
	"strings"
)

var indexed = regexp.MustCompile(`\[\d*\]$`)

// ParsePath splits a dotted path into its keys. A dot inside a key is written `\.`; every other
// backslash is itself. Lists cannot be addressed.
func ParsePath(path string) ([]string, error) {
	var keys []string
	for part := range strings.SplitSeq(path, ".") {
		// A part after one that ends in a backslash goes on with its key.
		if last := len(keys) - 1; last >= 0 && strings.HasSuffix(keys[last], `\`) {
			keys[last] = strings.TrimSuffix(keys[last], `\`) + "." + part
			continue
		}
		keys = append(keys, part)
	}
	for _, k := range keys {
		switch {
		case k == "":
			return nil, fmt.Errorf("path %q has an empty key", path)
		case indexed.MatchString(k):
			return nil, fmt.Errorf("path %q has an index, and lists cannot be addressed: name the whole list, which `SetJSON` sets", path)
		}
	}
	return keys, nil
}

// JoinPath writes keys as a dotted path that ParsePath reads back.
func JoinPath(keys []string) string {
	escaped := make([]string, len(keys))
	for i, k := range keys {
		escaped[i] = strings.ReplaceAll(k, ".", `\.`)
	}
	return strings.Join(escaped, ".")
}

// Argument writes the way to a value of a component as it is typed into a shell, which would take a
// bare backslash away.
func Argument(component, path string) string {
	text := component + ":" + path
	if strings.Contains(text, `\`) {
		return "'" + text + "'"
	}
	return text
}

// Get returns the value at keys and whether there is one. A null counts as a value.
func Get(m map[string]any, keys []string) (any, bool) {
	var v any = m
	for _, k := range keys {
		inner, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = inner[k]; !ok {
			return nil, false
		}
	}
	return v, true
}

// Set stores v at keys in m, and puts a map wherever the way there is missing or is something else
// than a map: what is written later wins.
func Set(m map[string]any, keys []string, v any) {
	for _, k := range keys[:len(keys)-1] {
		inner, ok := m[k].(map[string]any)
		if !ok {
			inner = map[string]any{}
			m[k] = inner
		}
		m = inner
	}
	m[keys[len(keys)-1]] = v
}

// Blocked reports whether an ancestor of keys holds something else than a map (null included), so
// that nothing can stand at keys, and names that ancestor.
func Blocked(m map[string]any, keys []string) (ancestor []string, blocked bool) {
	for i := 1; i < len(keys); i++ {
		v, ok := Get(m, keys[:i])
		if _, isMap := v.(map[string]any); ok && !isMap {
			return keys[:i], true
		}
	}
	return nil, false
}

// remove takes the value at keys out of m, together with the maps that held nothing else.
func remove(m map[string]any, keys []string) {
	if len(keys) == 1 {
		delete(m, keys[0])
		return
	}
	inner, ok := m[keys[0]].(map[string]any)
	if !ok {
		return
	}
	remove(inner, keys[1:])
	if len(inner) == 0 {
		delete(m, keys[0])
	}
}
