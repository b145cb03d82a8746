package values

import (
	"github.com/aicr-flux/aicr/internal/yamldoc"
)

// Decode reads one YAML or JSON document that holds a map, the way Helm reads a values file: YAML
// 1.1 booleans (yes, on, …) are booleans, dates stay text. Unlike Helm it keeps every digit of an
// integer, and it refuses what silently loses data: a key given twice, a second document. An empty
// document is an empty map. An error names the line.
func Decode(data []byte) (map[string]any, error) {
	root, err := yamldoc.Parse(data)
	if root == nil || err != nil {
		return map[string]any{}, err
	}
	v, err := yamldoc.Value(root)
	if err != nil {
		return nil, err
	}
	m, isMap := v.(map[string]any)
	if !isMap {
		return nil, yamldoc.Problemf(root.Line, "the document is %s, where a map of values is needed", Kind(v))
	}
	return m, nil
}

// DecodeJSON reads one JSON document of any kind, with the rules of Decode.
func DecodeJSON(data []byte) (any, error) {
	root, err := yamldoc.ParseJSON(data)
	if err != nil {
		return nil, err
	}
	return yamldoc.Value(root)
}

// Kind names the kind of a value for a message: "a map", "text", "null" ….
func Kind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case map[string]any:
		return "a map"
	case []any:
		return "a list"
	case string:
		return "text"
	case bool:
		return "a boolean"
	}
	return "a number"
}
