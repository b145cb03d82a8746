package values

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Decode reads one YAML or JSON document that holds a map, the way Helm reads
// a values file: YAML 1.1 booleans (yes, on, …) are booleans, dates stay text.
// Unlike Helm it keeps every digit of an integer, and it refuses what silently
// loses data: a key given twice, a second document. An empty document is an
// empty map.
func Decode(data []byte) (map[string]any, error) {
	if looksLikeJSON(data) && json.Valid(data) {
		v, err := DecodeJSON(data)
		if err != nil {
			return nil, err
		}
		return v.(map[string]any), nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case err == io.EOF:
		return map[string]any{}, nil
	case err != nil:
		return nil, yamlError(err)
	}
	if err := dec.Decode(new(yaml.Node)); err != io.EOF {
		return nil, fmt.Errorf("holds more than one YAML document")
	}
	v, err := FromNode(&doc)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return map[string]any{}, nil
	case map[string]any:
		return v, nil
	}
	return nil, fmt.Errorf("line %d: holds %s, where a map of values is needed", doc.Content[0].Line, Kind(v))
}

func looksLikeJSON(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{"))
}

// DecodeJSON reads one JSON document of any kind and keeps every digit of an
// integer.
func DecodeJSON(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("holds more than one JSON document")
	}
	return normalize(v)
}

// FromNode converts a parsed YAML node with the rules of Decode. It may change
// the node's tags.
func FromNode(n *yaml.Node) (any, error) {
	if err := readAsHelm(n); err != nil {
		return nil, err
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return nil, yamlError(err)
	}
	return normalize(v)
}

// readAsHelm settles the places where YAML 1.2, which the parser follows, and
// YAML 1.1, which Helm follows, read one text differently.
func readAsHelm(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && n.Style == 0 {
		switch n.ShortTag() {
		case "!!timestamp":
			n.Tag = "!!str"
		case "!!str":
			if b, ok := yaml11Bool(n.Value); ok {
				n.Tag, n.Value = "!!bool", b
			}
		}
	}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if err := keyAsText(c); err != nil {
				return err
			}
			continue
		}
		if err := readAsHelm(c); err != nil {
			return err
		}
	}
	return nil
}

func keyAsText(k *yaml.Node) error {
	if k.Kind == yaml.AliasNode {
		k = k.Alias
	}
	switch {
	case k.Kind != yaml.ScalarNode:
		return fmt.Errorf("line %d: a map or list cannot be a key", k.Line)
	case k.ShortTag() == "!!null":
		return fmt.Errorf("line %d: null cannot be a key; quote it", k.Line)
	case k.ShortTag() != "!!merge":
		k.Tag = "!!str"
	}
	return nil
}

func yaml11Bool(s string) (string, bool) {
	switch s {
	case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
		return "true", true
	case "n", "N", "no", "No", "NO", "off", "Off", "OFF":
		return "false", true
	}
	return "", false
}

// yamlError takes the parser's own name off the front of its message.
func yamlError(err error) error {
	return fmt.Errorf("%s", strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n  "))
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
