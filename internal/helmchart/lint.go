package helmchart

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	k8syaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// Message is one thing that Lint has against a chart.
type Message struct {
	// Path is the file in the chart; of what is in a packed chart, the archive, and Text begins with the path in it.
	Path string
	Text string
}

// Lint complains of what Helm takes and helm lint does not: in Chart.yaml, and in crds/. It gives the verdicts of helm
// lint in words of its own, without the disk and the start-up time that Helm's rules need, and goes on where those stop:
// after a file that is wrong, and in charts inside of one without crds/. Left out is what other parts of this package say
// (FromDir and its like refuse what Helm cannot load, Render finds what is wrong with templates and schemas, and what no
// object is, Chart.Missing has the missing dependencies), helm lint's advice, and what it says of the addresses of
// maintainers.
func Lint(c *Chart) []Message {
	var all []Message
	for _, text := range slices.Concat(lintMetadata(c.file(chartutil.ChartfileName)), undeclared(c.Parts)) {
		all = append(all, Message{Path: chartutil.ChartfileName, Text: text})
	}
	for _, file := range c.files {
		switch {
		case file.Name == "crds":
			all = append(all, Message{Path: file.Name, Text: "it is a file, and CRDs are in a directory of this name; Helm applies nothing of it"})
		case holdsCRDs(file.Name):
			for _, text := range lintCRDs(file) {
				all = append(all, messageAt(file.Name, text))
			}
		}
	}
	return all
}

// lintMetadata looks at the text of a Chart.yaml that Helm has loaded.
func lintMetadata(text []byte) []string {
	var all []string
	complain := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	var meta chartv2.Metadata
	if err := yaml.UnmarshalStrict(text, &meta); err != nil {
		complain("Helm reads it only leniently (%s)", cause(err))
		meta = chartv2.Metadata{}
		_ = yaml.Unmarshal(text, &meta) // Helm could
	}
	var plain map[string]any
	_ = yaml.Unmarshal(text, &plain)
	for _, field := range []string{"version", "appVersion"} {
		if value, given := plain[field]; given {
			if _, ok := value.(string); !ok {
				complain("%s is no text for YAML, which reads it as %v; put it in quotes", field, value)
			}
		}
	}
	// Another file can have changed these since: in a chart of v1, requirements.yaml.
	if meta.Name == "" || meta.Name != path.Base(meta.Name) {
		complain("name %q is none for a chart", meta.Name)
	}
	if meta.APIVersion != chartv2.APIVersionV2 {
		if meta.APIVersion != chartv2.APIVersionV1 {
			complain("apiVersion %q is neither v1 nor v2", meta.APIVersion)
		}
		if meta.Type != "" {
			complain("type is for charts of apiVersion v2")
		}
		if len(meta.Dependencies) > 0 {
			complain("dependencies are for charts of apiVersion v2")
		}
	}
	if v, err := semver.StrictNewVersion(meta.Version); err != nil {
		complain("version %q is no full SemVer 2 version, such as 1.2.3", meta.Version)
	} else if !v.GreaterThan(lowest) {
		complain("version %q is the lowest that there can be; no range selects it", meta.Version)
	}
	for _, maintainer := range meta.Maintainers {
		if maintainer == nil || maintainer.Name == "" {
			complain("a maintainer has no name")
		}
	}
	for _, source := range meta.Sources {
		if !isAbsolute(source) {
			complain("sources has %q, which is no absolute URL", source)
		}
	}
	if meta.Icon != "" && !isAbsolute(meta.Icon) {
		complain("icon is %q, which is no absolute URL", meta.Icon)
	}
	return all
}

//nolint:gochecknoglobals // a constant
var lowest = semver.New(0, 0, 0, "0", "")

// undeclared looks for charts in charts/ that Chart.yaml does not name; Helm installs them all the same.
func undeclared(p *Part) []string {
	var all []string
	for _, inside := range p.Inside {
		if !slices.ContainsFunc(p.Dependencies, func(d Dependency) bool { return d.Name == inside.Name }) {
			all = append(all, fmt.Sprintf("charts/ has the chart %q, which dependencies does not name", inside.Name))
		}
	}
	return all
}

// holdsCRDs tells whether Helm applies the file as it is: one of crds/, in the chart or in one inside it.
func holdsCRDs(name string) bool {
	if !inCRDs.MatchString(name) {
		return false
	}
	extension := strings.ToLower(path.Ext(name))
	return extension == ".yaml" || extension == ".yml" || extension == ".json"
}

// Helm leaves out what begins so in charts/.
var inCRDs = regexp.MustCompile(`^(?:charts/[^_./][^/]*/)*crds/`)

// lintCRDs looks at the documents as far as they are objects; of others, Render complains.
func lintCRDs(file *archive.BufferedFile) []string {
	all := lintDocuments(file.Data)
	if len(all) == 0 {
		return nil
	}
	if _, err := crdManifests([]chartv2.CRD{{File: &common.File{Data: file.Data}}}); err != nil {
		return nil
	}
	return all
}

func lintDocuments(data []byte) []string {
	var all []string
	for decoder := k8syaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), decoderBuffer); ; {
		// What Helm looks at, and lenient as there: a number becomes a text.
		var header *struct {
			APIVersion string
			Kind       string
			Metadata   struct{ Namespace, Name string }
		}
		err := decoder.Decode(&header)
		switch {
		case errors.Is(err, io.EOF):
			return all
		case err != nil:
			return append(all, "its apiVersion, its kind or its metadata are of another type than those of a CRD: "+cause(err))
		case header != nil && (!strings.HasPrefix(header.APIVersion, "apiextensions.k8s.io") || header.Kind != "CustomResourceDefinition"):
			all = append(all, fmt.Sprintf("crds/ is for CustomResourceDefinitions, and this is a %s of %s", header.Kind, header.APIVersion))
		}
	}
}

// messageAt says the text of a file; one in an archive lies at its path with a tilde, see expand.
func messageAt(name, text string) Message {
	if outer, inner, packed := strings.Cut(name, ".tgz"+packedMark); packed {
		return Message{Path: outer + ".tgz", Text: strings.ReplaceAll(inner, ".tgz"+packedMark, ".tgz/") + ": " + text}
	}
	return Message{Path: name, Text: text}
}

func isAbsolute(address string) bool {
	u, err := url.ParseRequestURI(address)
	return err == nil && u.Scheme != ""
}

// cause is the end of an error's chain: the layers above it say only that YAML is read by way of JSON.
func cause(err error) string {
	text := oneLine(err.Error())
	for _, layer := range []string{"error unmarshaling JSON: ", "error converting YAML to JSON: ", "while decoding JSON: "} {
		text = strings.TrimPrefix(text, layer)
	}
	return text
}
