package localformat

import (
	"encoding/json"
	"path"
	"regexp"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// readChartYAML reads a Chart.yaml or requirements.yaml, and reports whether a dependency in it has
// tags.
func readChartYAML(data []byte, chart *Archive) (tags bool, err error) {
	document := struct {
		*Archive
		Dependencies []struct {
			Tags []string `json:"tags"`
		} `json:"dependencies"`
	}{Archive: chart}
	if err := yaml.Unmarshal(data, &document); err != nil {
		return false, errors.Invalid("its Chart.yaml cannot be read: %s", err)
	}
	for _, d := range document.Dependencies {
		tags = tags || len(d.Tags) > 0
	}
	return tags, nil
}

// listsDependencies reports whether a file of a chart, beside its own Chart.yaml, is one in which
// Helm finds dependencies: that of a nested chart, or the older requirements.yaml.
func listsDependencies(name string) bool {
	file, nested := path.Base(name), path.Base(path.Dir(path.Dir(name))) == "charts"
	return name == "requirements.yaml" || nested && (file == "requirements.yaml" || file == "Chart.yaml")
}

// refusesGlobal reports whether a schema allows only the keys that it names, and does not name
// global. Helm gives that key to every chart inside another. A schema that cannot be read is Helm's
// to refuse.
func refusesGlobal(data []byte) bool {
	var schema struct {
		Properties        map[string]any `json:"properties"`
		PatternProperties map[string]any `json:"patternProperties"`
		Additional        any            `json:"additionalProperties"`
	}
	if json.Unmarshal(data, &schema) != nil {
		return false
	}
	_, named := schema.Properties["global"]
	for pattern := range schema.PatternProperties {
		matches, err := regexp.MatchString(pattern, "global")
		named = named || matches || err != nil
	}
	return schema.Additional == false && !named
}
