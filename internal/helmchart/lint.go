package helmchart

import (
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"sigs.k8s.io/yaml"
)

// Message is one thing that Lint has against a chart.
type Message struct {
	// Path is the file in the chart, with the charts inside it unpacked: "crds/a.yaml", "charts/b/crds/a.yaml".
	Path string
	Text string
}

// Lint complains of what Helm takes and helm lint does not: in Chart.yaml, and in the CRDs of the chart and of those
// inside it. It gives the verdicts of helm lint in words of its own, without the disk and the start-up time that Helm's
// rules need. Left out is what other parts of this package say (FromDir and its like refuse what Helm cannot load, Render
// finds what is wrong with templates and schemas, Chart.Missing has the missing dependencies), helm lint's advice, and
// what it says of the addresses of maintainers.
func Lint(c *Chart) []Message {
	var all []Message
	for _, text := range slices.Concat(lintMetadata(c.file(chartutil.ChartfileName)), undeclared(c.Parts)) {
		all = append(all, Message{Path: chartutil.ChartfileName, Text: text})
	}
	if slices.Contains(c.Files(), "crds") {
		all = append(all, Message{Path: "crds", Text: "it is a file, and CRDs are in a directory of this name; Helm applies nothing of it"})
	}
	return append(all, lintCRDs(c.Parts, "")...)
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
		if maintainer.Name == "" {
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

// lintCRDs looks at all that Helm applies as CRDs; dir is where the part is in the chart, with a slash at its end.
func lintCRDs(p *Part, dir string) []Message {
	var all []Message
	for _, name := range slices.Sorted(maps.Keys(p.CRDs)) {
		file := path.Join(dir, name)
		documents, err := manifests(map[string]string{"": string(p.CRDs[name])}, true)
		if err != nil {
			all = append(all, Message{Path: file, Text: oneLine(err.Error())})
		}
		for _, d := range documents {
			group, _, _ := strings.Cut(d.Object["apiVersion"].(string), "/")
			if kind := d.Object["kind"]; group != "apiextensions.k8s.io" || kind != "CustomResourceDefinition" {
				all = append(all, Message{Path: file, Text: fmt.Sprintf("crds/ is for CustomResourceDefinitions, and this is a %s of %s", kind, group)})
			}
		}
	}
	for _, inside := range p.Inside {
		all = append(all, lintCRDs(inside, path.Join(dir, "charts", inside.Name))...)
	}
	return all
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
