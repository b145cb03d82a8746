package rollout

import "go.yaml.in/yaml/v3"

// lineOf returns the line of what is at path, or of what comes nearest to it;
// for an entry of a map that is the line of its key.
func lineOf(n *yaml.Node, path []any) int {
	line := n.Line
	for _, step := range path {
		for n.Kind == yaml.AliasNode {
			n = n.Alias
		}
		found := false
		switch step := step.(type) {
		case string:
			for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == step {
					line, n, found = n.Content[i].Line, n.Content[i+1], true
					break
				}
			}
		case int:
			if n.Kind == yaml.SequenceNode && step < len(n.Content) {
				n, found = n.Content[step], true
				line = n.Line
			}
		}
		if !found {
			break
		}
	}
	return line
}
