package images

import "strings"

// about tells whether the fact is about the field at path.
func (f fact) about(path []string) bool {
	return f.field != "" && matches(strings.Split(f.field, "."), path)
}

func matches(pattern, path []string) bool {
	switch {
	case len(pattern) == 0:
		return len(path) == 0
	case pattern[0] == "**":
		return matches(pattern[1:], path) || len(path) > 0 && matches(pattern, path[1:])
	}
	return len(path) > 0 && (pattern[0] == "*" || pattern[0] == path[0]) && matches(pattern[1:], path[1:])
}

// at follows a dotted path of keys.
func at(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}
