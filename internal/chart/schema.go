package chart

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
)

// checkSchemas validates the values against the values.schema.json of the chart and of the charts
// inside it, as Helm does, but reads nothing that a schema refers to: Helm would open any file and
// any URL that the chart's authors name. What lies outside the schema is taken to allow everything.
func checkSchemas(c *chartv2.Chart, values map[string]any) (errs []*Error) {
	violated := func(format string, args ...any) {
		errs = append(errs, fail(KindValues, "the values violate the "+format+"; change them, or the chart", args...))
	}
	if c.Schema != nil {
		if err := validate(c.Schema, values); err != nil {
			violated("values.schema.json of chart %s: %s", c.ChartFullPath(), complaint(err))
		}
	}
	for _, dependency := range c.Dependencies() {
		switch inner := values[dependency.Name()].(type) {
		case nil:
		case map[string]any:
			errs = append(errs, checkSchemas(dependency, inner)...)
		default:
			violated("%s: its values must be a map, not %T", dependency.ChartFullPath(), inner)
		}
	}
	return errs
}

const schemaURL = "file:///values.schema.json"

func validate(schema []byte, values map[string]any) error {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	forget(document)
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(anything{})
	if err := compiler.AddResource(schemaURL, document); err != nil {
		return err
	}
	compiled, err := compiler.Compile(schemaURL)
	if err != nil {
		return err
	}
	return compiled.Validate(values)
}

// forget removes each reference to another file or server, so that none has to resolve.
func forget(schema any) {
	switch schema := schema.(type) {
	case map[string]any:
		if target, ok := schema["$ref"].(string); ok && strings.Contains(target, "://") {
			delete(schema, "$ref")
		}
		for _, inner := range schema {
			forget(inner)
		}
	case []any:
		for _, inner := range schema {
			forget(inner)
		}
	}
}

// anything is in the place of each schema that is still asked for, such as one relative to an $id.
type anything struct{}

// Load implements jsonschema.URLLoader.
func (anything) Load(string) (any, error) { return true, nil }

// complaint puts the lines of the validator into one: `at '/a': got string, want integer`.
func complaint(err error) string {
	text := strings.TrimPrefix(err.Error(), "jsonschema validation failed with '"+schemaURL+"#'\n")
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimPrefix(strings.TrimSpace(line), "- "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}
