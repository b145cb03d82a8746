package recipe

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Parse reads a recipe document and checks its form: every field of the right
// kind, no key twice. It does not check what Validate checks. All problems are
// reported at once, each with its line; unknown keys become warnings, or
// problems where strict is set.
func Parse(data []byte, strict bool) (*RecipeResult, error) {
	r, d, err := parse(data, strict)
	if err != nil {
		return nil, err
	}
	return r, errors.Join(d.problems...)
}

// parse is Parse that leaves the problems in the decoder, so that Load can
// report them together with those of Validate.
func parse(data []byte, strict bool) (*RecipeResult, *decoder, error) {
	root, err := parseNode(data)
	if err != nil {
		return nil, nil, errors.Invalid("%s; check the document's syntax there", err)
	}
	d := &decoder{strict: strict, budget: aliasBudget}
	r := &RecipeResult{}
	if root == nil || root.Kind != yaml.MappingNode {
		return nil, nil, errors.Invalid("the document is not a map of recipe fields; a recipe has kind: RecipeResult and componentRefs")
	}
	d.recipe(root, r)
	r.Warnings = d.warnings
	return r, d, nil
}

// parseNode returns the document's root, or nil for an empty document.
func parseNode(data []byte) (*yaml.Node, error) {
	if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) && json.Valid(data) {
		return jsonNode(data)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case err == io.EOF:
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	var second yaml.Node
	if err := dec.Decode(&second); err != io.EOF {
		return nil, fmt.Errorf("line %d: a second document begins, and a recipe is one document", max(second.Line, 1))
	}
	return doc.Content[0], nil
}
