package values

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aicr-flux/aicr/internal/document"
)

// Decode reads one YAML or JSON document that holds a map, the way Helm reads
// a values file: YAML 1.1 booleans (yes, on, …) are booleans, dates stay text.
// Unlike Helm it keeps every digit of an integer, and it refuses what silently
// loses data: a key given twice, a second document. An empty document is an
// empty map. An error is a
// document.Problem.
func Decode(data []byte) (map[string]any, error) {
	root, err := document.Parse(data)
	if err != nil {
		return nil, err
	}
	if root == nil {
		return map[string]any{}, nil
	}
	budget := MaxAliased
	v, err := FromNode(root, &budget)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case nil:
		return map[string]any{}, nil
	case map[string]any:
		return v, nil
	}
	return nil, document.Problemf(root.Line, "the document is %s, where a map of values is needed", Kind(v))
}

// DecodeJSON reads one JSON document of any kind, with the rules of Decode.
func DecodeJSON(data []byte) (any, error) {
	if !json.Valid(data) {
		return nil, invalidJSON(data)
	}
	root, err := document.JSON(data)
	if err != nil {
		return nil, err
	}
	budget := MaxAliased
	return FromNode(root, &budget)
}

// invalidJSON says where a text stops being JSON.
func invalidJSON(data []byte) error {
	var v any
	err := json.NewDecoder(bytes.NewReader(data)).Decode(&v)
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("it is empty, where JSON is needed; text is written in double quotes")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the JSON ends too early; close what is open")
	case err != nil:
		return fmt.Errorf("it is not JSON: %w; text is written in double quotes", err)
	}
	return fmt.Errorf("more follows after the JSON document; remove it")
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
