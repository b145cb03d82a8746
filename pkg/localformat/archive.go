package localformat

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"path"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// maxNesting bounds charts inside charts.
const maxNesting = 8

// identity is what a packed chart's own Chart.yaml says that it is, and what a
// wrapper has to know of the rest.
type identity struct {
	Name         string `json:"name"`
	Version      string `json:"version"`
	Dependencies []struct {
		Tags []string `json:"tags"`
	} `json:"dependencies"`

	// readsTags: some dependency, of nested charts too, has tags.
	readsTags bool
	// refusesGlobal: its values.schema.json does not allow the key global.
	refusesGlobal bool
}

// checkArchive reads a packed chart to its end and refuses what Helm would:
// files above its limit, in nested charts too, and what is no chart at all.
func checkArchive(tgz []byte) (identity, error) {
	budget := int64(MaxChartUnpacked)
	return checkTar(bytes.NewReader(tgz), &budget, maxNesting)
}

func checkTar(packed io.Reader, budget *int64, depth int) (identity, error) {
	var chart identity
	if depth == 0 {
		return chart, errors.Invalid("charts are nested more than %d deep", maxNesting)
	}
	z, err := gzip.NewReader(packed)
	if err != nil {
		return chart, errors.Invalid("it is not a gzip archive: %s", err)
	}
	files := tar.NewReader(z)
	for {
		h, err := files.Next()
		switch {
		case err == io.EOF && chart.Name == "":
			return chart, errors.Invalid("it holds no Chart.yaml with a name, so it is no chart")
		case err == io.EOF:
			return chart, nil
		case err != nil:
			return chart, errors.Invalid("it cannot be read: %s", err)
		case h.Size > MaxChartFile:
			return chart, errors.Invalid("its file %q has %.1f MiB, and Helm reads at most 5 MiB a file of a chart", h.Name, float64(h.Size)/(1<<20))
		}
		if *budget -= h.Size; *budget < 0 {
			return chart, errors.Invalid("it unpacks to more than %d MiB, Helm's limit", MaxChartUnpacked>>20)
		}
		segments := strings.Split(path.Clean(h.Name), "/")
		switch {
		case len(segments) == 2 && segments[1] == "Chart.yaml":
			if err := readChartYAML(files, &chart); err != nil {
				return chart, err
			}
			chart.readsTags = chart.readsTags || chart.hasTags()
		case len(segments) == 2 && segments[1] == "values.schema.json":
			refuses, err := refusesGlobal(files)
			if err != nil {
				return chart, err
			}
			chart.refusesGlobal = refuses
		case listsDependencies(segments):
			var other identity // one that cannot be read is Helm's to refuse
			chart.readsTags = readChartYAML(files, &other) == nil && other.hasTags() || chart.readsTags
		case strings.HasSuffix(h.Name, ".tgz") && len(segments) > 2 && segments[len(segments)-2] == "charts":
			nested, err := checkTar(files, budget, depth-1)
			if err != nil {
				return chart, errors.In(err, "%s", h.Name)
			}
			chart.readsTags = chart.readsTags || nested.readsTags
		}
	}
}

// listsDependencies reports whether a file, beside the chart's own Chart.yaml, is
// one in which Helm finds dependencies: that of a nested chart, or the older
// requirements.yaml.
func listsDependencies(segments []string) bool {
	n := len(segments)
	name := segments[n-1]
	return name == "requirements.yaml" && n == 2 || (name == "requirements.yaml" || name == "Chart.yaml") && n > 3 && segments[n-3] == "charts"
}

func (i identity) hasTags() bool {
	for _, d := range i.Dependencies {
		if len(d.Tags) > 0 {
			return true
		}
	}
	return false
}

// refusesGlobal reports whether a schema allows only the keys that it names, and
// global is none of them. Helm gives that key to every chart inside another. A
// schema that cannot be read is Helm's to refuse.
func refusesGlobal(r io.Reader) (bool, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxChartFile))
	if err != nil {
		return false, errors.Invalid("its values.schema.json cannot be read: %s", err)
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

func readChartYAML(r io.Reader, chart *identity) error {
	data, err := io.ReadAll(io.LimitReader(r, MaxChartFile))
	if err == nil {
		err = yaml.Unmarshal(data, chart)
	}
	if err != nil {
		return errors.Invalid("its Chart.yaml cannot be read: %s", err)
	}
	return nil
}
