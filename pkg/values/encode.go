package values

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Encode writes m as block YAML with sorted keys, each line indented by indent spaces. Text is
// quoted where any YAML reader, 1.1 or 1.2, would take it for something else. The text ends in a
// newline; an empty map is "{}". It fails on values that Normalize would refuse.
func Encode(m map[string]any, indent int) (string, error) {
	root, err := nodeOf(m)
	if err != nil {
		return "", err
	}
	text, err := write(root)
	return Indent(text, indent), err
}

// Scalar writes s as a YAML scalar on one line, quoted where plain text would be read as anything
// else than this text.
func Scalar(s string) (string, error) {
	if plain.MatchString(s) && !yaml11.MatchString(s) && (&yaml.Node{Kind: yaml.ScalarNode, Value: s}).ShortTag() == "!!str" {
		return s, nil
	}
	n := textNode(s)
	if strings.Contains(s, "\n") {
		n.Style = yaml.DoubleQuotedStyle
	}
	text, err := write(n)
	return strings.TrimSuffix(text, "\n"), err
}

// plain is text without anything that YAML has a use for, such as a name.
var plain = regexp.MustCompile(`^[A-Za-z0-9/]([-A-Za-z0-9/._]*[A-Za-z0-9])?$`)

// Indent puts n spaces in front of each line of text that is not empty.
func Indent(text string, n int) string {
	pad := strings.Repeat(" ", n)
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			b.WriteString(pad)
		}
		b.WriteString(line)
	}
	return b.String()
}

func write(root *yaml.Node) (string, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(root); err != nil {
		return "", err
	}
	err := e.Close()
	return b.String(), err
}

func nodeOf(v any) (*yaml.Node, error) {
	switch v := v.(type) {
	case map[string]any:
		n := &yaml.Node{Kind: yaml.MappingNode}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			value, err := nodeOf(v[key])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			n.Content = append(n.Content, textNode(key), value)
		}
		return n, nil
	case []any:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for i, item := range v {
			value, err := nodeOf(item)
			if err != nil {
				return nil, fmt.Errorf("item %d: %w", i, err)
			}
			n.Content = append(n.Content, value)
		}
		return n, nil
	case string:
		return textNode(v), nil
	case nil, bool, int64, uint64, float64:
		text, err := json.Marshal(v)
		return &yaml.Node{Kind: yaml.ScalarNode, Value: string(text)}, err
	}
	return nil, fmt.Errorf("a Go value of type %T cannot be written", v)
}
