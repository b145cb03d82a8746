package yamldoc

import (
	"math"
	"regexp"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Value returns what the node holds, as Helm and the API server read it: maps with text as keys,
// lists, text, booleans (also the yes and on of YAML 1.1), null, and numbers as int64, uint64 (only
// above the range of int64) or float64. Dates stay text. Unlike these it keeps every digit of an
// integer, and it refuses a key that is given twice.
func Value(n *yaml.Node) (any, error) {
	n = follow(n)
	switch n.Kind {
	case yaml.MappingNode:
		all, problems := entries(n)
		if len(problems) > 0 {
			return nil, problems[0]
		}
		out := make(map[string]any, len(all))
		for _, e := range all {
			v, err := Value(e.value)
			if err != nil {
				return nil, err
			}
			out[e.key] = v
		}
		return out, nil
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, item := range n.Content {
			v, err := Value(item)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	}
	return scalar(n)
}

// follow returns the node that an alias refers to.
func follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// entry is one of a map's, with the line of its key.
type entry struct {
	key   string
	line  int
	value *yaml.Node
}

// entries returns those of a map in their order, and then those that a merge key << brings and that
// the map itself does not have. Text is a key however it is written. All problems are found, and
// what has one is left out.
func entries(n *yaml.Node) (all []entry, problems []error) {
	lines := make(map[string]int, len(n.Content)/2)
	var merge *yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, line, value := follow(n.Content[i]), n.Content[i].Line, n.Content[i+1]
		first, twice := lines[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode:
			problems = append(problems, Problemf(line, "a map or list cannot be a key"))
			continue
		case isNull(key):
			problems = append(problems, Problemf(line, "null cannot be a key; quote it"))
			continue
		case twice:
			problems = append(problems, Problemf(line, "the key %q appears twice in one map (first on line %d); remove one", key.Value, first))
			continue
		case key.ShortTag() == "!!merge":
			merge = value
		default:
			all = append(all, entry{key.Value, line, value})
		}
		lines[key.Value] = line
	}
	if merge == nil {
		return all, problems
	}
	from := []*yaml.Node{merge}
	if list := follow(merge); list.Kind == yaml.SequenceNode {
		from = list.Content
	}
	for _, m := range from {
		if m = follow(m); m.Kind != yaml.MappingNode {
			problems = append(problems, Problemf(merge.Line, "the merge key << has %s, where a map is needed", describe(m)))
			continue
		}
		more, wrong := entries(m)
		problems = append(problems, wrong...)
		for _, e := range more {
			if _, has := lines[e.key]; !has {
				lines[e.key] = e.line
				all = append(all, e)
			}
		}
	}
	return all, problems
}

// yaml11 are the booleans of YAML 1.1 (Helm) that are text in YAML 1.2 (the parser).
var yaml11 = regexp.MustCompile(`^(?:(y|Y|yes|Yes|YES|on|On|ON)|n|N|no|No|NO|off|Off|OFF)$`)

func scalar(n *yaml.Node) (any, error) {
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!timestamp":
		return n.Value, nil
	case "!!str":
		if m := yaml11.FindStringSubmatch(n.Value); m != nil && n.Style == 0 {
			return m[1] != "", nil
		}
		return n.Value, nil
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, Problemf(n.Line, "what stands there cannot be read as %s; quote it to make it text", n.ShortTag()) // it may be a secret
	}
	switch v := v.(type) {
	case int:
		return int64(v), nil
	case string: // of !!binary
		if !utf8.ValidString(v) {
			return nil, Problemf(n.Line, "text is not valid UTF-8")
		}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, Problemf(n.Line, "%v is not a number that JSON, and so Helm, can hold", v)
		}
	}
	return v, nil
}

// Line returns the line of what is at path, or of what comes nearest to it; for an entry of a map
// that is the line of its key. Keys are strings, indexes ints. A root that is nil has the line 0.
func Line(root *yaml.Node, path ...any) int {
	if root == nil {
		return 0
	}
	n, line := root, root.Line
	for _, step := range path {
		n = follow(n)
		switch step := step.(type) {
		case string:
			key, value := child(n, step)
			if key == nil {
				return line
			}
			n, line = value, key.Line
		case int:
			if n.Kind != yaml.SequenceNode || step >= len(n.Content) {
				return line
			}
			n = n.Content[step]
			line = n.Line
		}
	}
	return line
}

// child returns an entry of a map, or nil.
func child(n *yaml.Node, name string) (key, value *yaml.Node) {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}
