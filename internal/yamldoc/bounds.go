package yamldoc

import "go.yaml.in/yaml/v3"

// maxAliased bounds how many nodes the aliases of a text may add to it: far above any real one, far
// below what fills a machine's memory. What stands in the text itself is bounded by its size.
const maxAliased = 1_000_000

// maxDepth bounds how deep a document may be nested.
const maxDepth = 1000

// extent is the number of nodes below one, and their depth, with all aliases written out.
type extent struct{ nodes, depth int }

// bounds measures the documents of a text.
type bounds struct {
	anchors map[*yaml.Node]extent // those that have been measured to their end
	aliased int
}

// measure returns the extent of a node that stands at the depth. An anchor stands before its
// aliases, so that it has been measured when they come, unless they stand inside it.
func (b *bounds) measure(n *yaml.Node, depth int) (extent, error) {
	e := extent{nodes: 1, depth: 1}
	if n.Kind == yaml.AliasNode {
		anchor, ended := b.anchors[n.Alias]
		if !ended {
			return e, Problemf(n.Line, "the anchor %q contains itself; write the values out", n.Value)
		}
		e = anchor
		if b.aliased += e.nodes; b.aliased > maxAliased {
			return e, Problemf(n.Line, "the document's aliases expand to more than %d values; write out what is needed", maxAliased)
		}
	}
	for _, child := range n.Content {
		c, err := b.measure(child, depth+1)
		if err != nil {
			return e, err
		}
		e.nodes += c.nodes
		e.depth = max(e.depth, 1+c.depth)
	}
	if depth+e.depth > maxDepth {
		return e, Problemf(n.Line, "values are nested deeper than %d levels; flatten them", maxDepth)
	}
	if n.Anchor != "" {
		b.anchors[n] = e
	}
	return e, nil
}
