package values

import (
	"regexp"

	"go.yaml.in/yaml/v3"
)

// textNode leaves to the YAML library how text is written, except where that is known to write what
// some reader takes for something else: double quotes are always right.
func textNode(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if yaml11.MatchString(s) || odd.MatchString(s) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// yaml11 is what YAML 1.1 takes for a boolean or for a number to the base 60. The library quotes it
// when it writes a Go string, and not when it writes a node.
var yaml11 = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)$`)

// odd are line breaks that not every reader takes for one; a tab at the beginning of a line, which
// is not read back from a block; and an empty line at the end, which is lost where the block is the
// end of another.
var odd = regexp.MustCompile("[\r\u0085\u2028\u2029]|(?:^|\n)\t|(?:^|\n)\n$")
