package yamldoc

import (
	"bytes"
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ParseJSON reads one JSON document into the tree that YAML is read into, so that both have lines
// and neither loses a key that is given twice. JSON is not left to the YAML parser, which knows no
// pairs of surrogate escapes, takes some characters for line breaks, and no keys of more than 1,024
// characters.
func ParseJSON(data []byte) (*yaml.Node, error) {
	var valid json.RawMessage
	if err := json.Unmarshal(data, &valid); err != nil {
		return nil, Problemf(0, "it is not JSON: %s; put text into double quotes, and close what is open", err)
	}
	p := &jsonParser{dec: json.NewDecoder(bytes.NewReader(data)), data: data, line: 1}
	p.dec.UseNumber()
	root := p.value()
	_, err := (&bounds{}).measure(root, 0)
	return root, err
}

// jsonParser reads tokens of JSON that is known to be valid.
type jsonParser struct {
	dec  *json.Decoder
	data []byte
	seen int64
	line int
}

func (p *jsonParser) token() json.Token {
	t, _ := p.dec.Token()
	end := p.dec.InputOffset()
	p.line += bytes.Count(p.data[p.seen:end], []byte("\n"))
	p.seen = end
	return t
}

func (p *jsonParser) value() *yaml.Node {
	token := p.token()
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: p.line}
	switch t := token.(type) {
	case json.Delim:
		n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		if t == '{' {
			n.Kind, n.Tag = yaml.MappingNode, "!!map"
		}
		// A key is a string token like any other, so that a map's content alternates keys and
		// values just as YAML's does.
		for p.dec.More() {
			n.Content = append(n.Content, p.value())
		}
		p.token()
	case string:
		n.Tag, n.Value, n.Style = "!!str", t, yaml.DoubleQuotedStyle
	case json.Number:
		n.Value = t.String()
		if strings.ContainsAny(n.Value, ".eE") {
			n.Tag = "!!float"
		}
	case bool:
		n.Tag, n.Value = "!!bool", "false"
		if t {
			n.Value = "true"
		}
	default:
		n.Tag, n.Value = "!!null", "null"
	}
	return n
}
