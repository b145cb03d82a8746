package flux

import "bytes"

// The inline values of a HelmRelease are most of it, they come last, and the
// values package has written them from what the plan looked at. So they are no
// part of the outline, unless they are so large or so deep that a reader of YAML
// may refuse the file: then it is read in full before anything is written.
const (
	maxLeftOut      = 1 << 20 // bytes of the file
	maxLeftOutDepth = 64
)

// outline returns how many bytes of a HelmRelease are its outline; 0 means all.
func outline(text []byte, values map[string]any) int {
	if len(text) > maxLeftOut || deeper(values, maxLeftOutDepth) {
		return 0
	}
	// All text before is on one line each, and the lines of values begin further
	// to the right: there is only one such line.
	return bytes.Index(text, []byte("\n  values:\n")) + 1
}

// deeper reports whether the value has more levels.
func deeper(v any, levels int) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, item := range v {
			if levels == 0 || deeper(item, levels-1) {
				return true
			}
		}
	case []any:
		for _, item := range v {
			if levels == 0 || deeper(item, levels-1) {
				return true
			}
		}
	}
	return false
}
