package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// JSON reads valid JSON into the tree that YAML is read into, so that both
// have lines and neither loses a key that is given twice. JSON is not left to the YAML parser, which does not know pairs of
// surrogate escapes.
func JSON(data []byte) (*yaml.Node, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	p := &jsonParser{dec: dec, data: data, line: 1}
	n, err := p.value()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return n, nil
}

type jsonParser struct {
	dec  *json.Decoder
	data []byte
	seen int64
	line int
}

func (p *jsonParser) token() (json.Token, error) {
	t, err := p.dec.Token()
	end := p.dec.InputOffset()
	p.line += bytes.Count(p.data[p.seen:end], []byte("\n"))
	p.seen = end
	return t, err
}

func (p *jsonParser) value() (*yaml.Node, error) {
	t, err := p.token()
	if err != nil {
		return nil, err
	}
	scalar := func(tag, text string) *yaml.Node {
		n := &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: text, Line: p.line}
		if tag == "!!str" {
			n.Style = yaml.DoubleQuotedStyle
		}
		return n
	}
	switch t := t.(type) {
	case json.Delim:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: p.line}
		if t == '{' {
			n.Kind, n.Tag = yaml.MappingNode, "!!map"
		}
		for p.dec.More() {
			// A key is a string token like any other, so that a map's content
			// alternates keys and values just as YAML's does.
			c, err := p.value()
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, c)
		}
		_, err := p.token()
		return n, err
	case string:
		return scalar("!!str", t), nil
	case json.Number:
		if strings.ContainsAny(t.String(), ".eE") {
			return scalar("!!float", t.String()), nil
		}
		return scalar("", t.String()), nil
	case bool:
		if t {
			return scalar("!!bool", "true"), nil
		}
		return scalar("!!bool", "false"), nil
	}
	return scalar("!!null", "null"), nil
}
