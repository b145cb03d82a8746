package kubeschema

import (
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// Steps cuts a path as the API server writes it, "spec.dependsOn[0].name", into keys and indexes.
// The object tells which dots are part of a key.
func Steps(object map[string]any, text string) []any {
	var path []any
	var at any = object
	for text != "" {
		text = strings.TrimPrefix(text, ".")
		if inside, rest, ok := strings.Cut(strings.TrimPrefix(text, "["), "]"); ok && text[0] == '[' {
			if i, err := strconv.Atoi(inside); err == nil && i >= 0 {
				path, at = append(path, i), item(at, i)
			} else {
				inside = strings.Trim(inside, `"`)
				path, at = append(path, inside), entry(at, inside)
			}
			text = rest
			continue
		}
		key := longestKey(at, text)
		path, at, text = append(path, key), entry(at, key), text[len(key):]
	}
	return path
}

// longestKey returns the longest key of a map that text begins with; without one, text up to the
// next separator.
func longestKey(at any, text string) string {
	longest := ""
	m, _ := at.(map[string]any)
	for key := range m {
		if rest, ok := strings.CutPrefix(text, key); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') && len(key) > len(longest) {
			longest = key
		}
	}
	if longest != "" {
		return longest
	}
	if end := strings.IndexAny(text, ".["); end > 0 {
		return text[:end]
	}
	return text
}

func entry(at any, key string) any {
	m, _ := at.(map[string]any)
	return m[key]
}

func item(at any, i int) any {
	list, _ := at.([]any)
	if i >= len(list) {
		return nil
	}
	return list[i]
}

// nearest returns the field beside path's last step that was probably meant, "" if none comes near.
func nearest(s *schema.Structural, path []any) string {
	for _, step := range path[:len(path)-1] {
		key, isKey := step.(string)
		switch {
		case s == nil:
			return ""
		case !isKey:
			s = s.Items
		case s.AdditionalProperties != nil:
			s = s.AdditionalProperties.Structural
		default:
			next, ok := s.Properties[key]
			if !ok {
				return ""
			}
			s = &next
		}
	}
	wrong, _ := path[len(path)-1].(string)
	if s == nil {
		return ""
	}
	const near = 3
	best, distance := "", min(near, 1+(len(wrong)+1)/3)
	for name := range s.Properties {
		d := levenshtein.ComputeDistance(strings.ToLower(wrong), strings.ToLower(name))
		if d < distance || d == distance && best != "" && name < best {
			best, distance = name, d
		}
	}
	return best
}
