package values

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// textNode leaves to the YAML library how text is written, except where that is
// known to write what some reader takes for something else: double quotes are
// always right.
func textNode(s string, oneLine bool) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	block := strings.Contains(s, "\n")
	if yaml11.MatchString(s) || strings.ContainsAny(s, "\r\u0085\u2028\u2029") || block && (oneLine || noBlock.MatchString(s)) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// yaml11 is what YAML 1.1 takes for a boolean or for a number to the base 60. The
// library quotes it when it writes a Go string, and not when it writes a node.
var yaml11 = regexp.MustCompile(`^(?i:y|n|yes|no|on|off|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?)$`)

// noBlock is text of several lines that the library writes as a block, and should
// not: a tab at the beginning of a line is not read back; white space at the
// beginning needs a number to tell it from the indentation; and more than one
// line break at the end is lost where the block is the end of another.
var noBlock = regexp.MustCompile("^[ \n]|(?:^|\n)\t|\n\n$")
