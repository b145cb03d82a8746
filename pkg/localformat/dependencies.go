package localformat

import (
	"encoding/json"
	"io"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// readChartYAML reads a Chart.yaml or requirements.yaml, and reports whether a dependency in it has
// tags.
func readChartYAML(r io.Reader, chart *Archive) (tags bool, err error) {
	document := struct {
		*Archive
		Dependencies []struct {
			Tags []string `json:"tags"`
		} `json:"dependencies"`
	}{Archive: chart}
	data, err := io.ReadAll(io.LimitReader(r, MaxChartFile))
	if err != nil {
		return false, unreadable(err)
	}
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
	segments := strings.Split(name, "/")
	n := len(segments)
	last := segments[n-1]
	return last == "requirements.yaml" && n == 1 || (last == "requirements.yaml" || last == "Chart.yaml") && n > 2 && segments[n-3] == "charts"
}

// refusesGlobal reports whether a schema allows only the keys that it names, and does not name
// global. Helm gives that key to every chart inside another. A schema that cannot be read is Helm's
// to refuse.
func refusesGlobal(r io.Reader) (bool, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxChartFile))
	if err != nil {
		return false, unreadable(err)
	}
	var schema struct {
		Properties        map[string]any `json:"properties"`
		PatternProperties map[string]any `json:"patternProperties"`
		Additional        any            `json:"additionalProperties"`
	}
	if json.Unmarshal(data, &schema) != nil {
		return false, nil
	}
	_, named := schema.Properties["global"]
	for pattern := range schema.PatternProperties {
		matches, err := regexp.MatchString(pattern, "global")
		named = named || matches || err != nil
	}
	return schema.Additional == false && !named, nil
}
