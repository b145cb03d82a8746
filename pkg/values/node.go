package values

import (
	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/document"
)

// MaxAliased bounds how many nodes YAML aliases may add to a document: far
// above any real one, far below what fills a machine's memory. What stands in
// the document itself is bounded by its size.
const MaxAliased = 1_000_000

// maxDepth bounds how deep values may be nested.
const maxDepth = 1000

// FromNode converts a parsed node with the rules of Decode and leaves the node
// as it is, because other parts of its document may refer to it. Every node
// that it visits through an alias is taken off budget, which several calls may
// share. An error is a document.Problem.
func FromNode(n *yaml.Node, budget *int) (any, error) {
	return (&converter{budget: budget}).value(n, maxDepth)
}

type converter struct {
	budget *int
	open   []*yaml.Node // the anchors that are being expanded
}

func (c *converter) value(n *yaml.Node, depth int) (any, error) {
	if len(c.open) > 0 {
		*c.budget--
	}
	if *c.budget < 0 {
		return nil, document.Problemf(n.Line, "the document's aliases expand to more than %d values; write out what is needed", MaxAliased)
	}
	if depth == 0 {
		return nil, document.Problemf(n.Line, "values are nested deeper than %d levels; flatten them", maxDepth)
	}
	switch n.Kind {
	case yaml.AliasNode:
		for _, anchor := range c.open {
			if anchor == n.Alias {
				return nil, document.Problemf(n.Line, "the anchor %q contains itself; write the values out", n.Value)
			}
		}
		c.open = append(c.open, n.Alias)
		v, err := c.value(n.Alias, depth-1)
		c.open = c.open[:len(c.open)-1]
		return v, err
	case yaml.MappingNode:
		return c.mapping(n, depth)
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, item := range n.Content {
			v, err := c.value(item, depth-1)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	}
	return scalar(n)
}

func (c *converter) mapping(n *yaml.Node, depth int) (any, error) {
	out := make(map[string]any, len(n.Content)/2)
	lines := make(map[string]int, len(n.Content)/2)
	var merged *yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, err := keyOf(n.Content[i])
		if err != nil {
			return nil, err
		}
		if first, twice := lines[key.Value]; twice {
			return nil, document.Problemf(n.Content[i].Line, "the key %q stands twice in one map (first on line %d); remove one", key.Value, first)
		}
		lines[key.Value] = n.Content[i].Line
		if key.ShortTag() == "!!merge" {
			merged = n.Content[i+1]
			continue
		}
		if out[key.Value], err = c.value(n.Content[i+1], depth-1); err != nil {
			return nil, err
		}
	}
	if merged == nil {
		return out, nil
	}
	return out, c.merge(out, merged, depth)
}

// merge adds the entries of the merge key <<, a map or a list of maps, where
// neither the map itself nor an earlier one has the key.
func (c *converter) merge(out map[string]any, from *yaml.Node, depth int) error {
	v, err := c.value(from, depth-1)
	if err != nil {
		return err
	}
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	for _, item := range list {
		m, isMap := item.(map[string]any)
		if !isMap {
			return document.Problemf(from.Line, "the merge key << has %s, where a map is needed", Kind(item))
		}
		for k, v := range m {
			if _, has := out[k]; !has {
				out[k] = v
			}
		}
	}
	return nil
}

// keyOf returns the node of a key, which is text however it is written.
func keyOf(k *yaml.Node) (*yaml.Node, error) {
	line := k.Line
	if k.Kind == yaml.AliasNode {
		k = k.Alias
	}
	switch {
	case k.Kind != yaml.ScalarNode:
		return nil, document.Problemf(line, "a map or list cannot be a key")
	case k.ShortTag() == "!!null":
		return nil, document.Problemf(line, "null cannot be a key; quote it")
	}
	return k, nil
}

// scalar settles the places where YAML 1.2, which the parser follows, and YAML
// 1.1, which Helm follows, read one text differently.
func scalar(n *yaml.Node) (any, error) {
	plain := n.Style == 0
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!str":
		if b, ok := yaml11Bool(n.Value); ok && plain {
			return b, nil
		}
		return n.Value, nil
	case "!!timestamp":
		if plain {
			return n.Value, nil
		}
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, document.Problemf(n.Line, "%q cannot be read as %s; quote it to make it text", n.Value, n.ShortTag())
	}
	v, err := normalize(v)
	if err != nil {
		return nil, document.Problemf(n.Line, "%s", err)
	}
	return v, nil
}

func yaml11Bool(s string) (value, ok bool) {
	switch s {
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
		return true, true
	case "n", "N", "no", "No", "NO", "off", "Off", "OFF":
		return false, true
	}
	return false, false
}
