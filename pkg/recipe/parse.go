package recipe

import (
	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/document"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
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
	root, err := document.Parse(data)
	if err != nil {
		return nil, nil, errors.Invalid("%s", err)
	}
	d := &decoder{strict: strict, budget: values.MaxAliased, lines: &lines{}}
	r := &RecipeResult{}
	if root == nil || root.Kind != yaml.MappingNode {
		return nil, nil, errors.Invalid("the document is not a map of recipe fields; a recipe has kind: RecipeResult and componentRefs")
	}
	d.recipe(root, r)
	r.Warnings = d.warnings
	return r, d, nil
}
