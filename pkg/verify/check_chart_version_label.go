package verify

import (
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/internal/rollout"
)

var chartVersionLabel = &Check{
	ID:       "chart-version-label",
	Group:    GroupHazards,
	Severity: SeverityError,
	Title:    "No label holds a chart's version with a plus sign",
	Why: `helm-controller appends "+" and the beginning of a digest to the version of a chart from an ExternalArtifact. No label
may hold a plus sign: where a template writes .Chart.Version into one as it is, the API server refuses the object, and the
release never installs. The same template works from a Git repository, where nothing is appended.`,
	Remedy: `Write {{ .Chart.Version | replace "+" "_" }} in the template, as charts of "helm create" do.`,
	Bad: `metadata:
  labels:
    helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}`,
	run: func(p *pass) {
		for _, chart := range p.charts() {
			if chart.Chart == nil || !strings.Contains(chart.Chart.Version, "+") {
				continue
			}
			reported := map[string]bool{} // one template, one mistake
			for _, m := range chart.resources() {
				if reported[m.Template] || !strings.Contains(m.Text, chart.Chart.Version) {
					continue
				}
				key, found := versionLabel(m.object, chart.Chart.Version)
				if !found {
					continue
				}
				reported[m.Template] = true
				at := m.place(p.scene)
				at.Path = key
				if line := rawVersion(chart.template(p.scene, m.Template)); line > 0 {
					at.Line = line
				}
				p.report(at, "%s renders a label with the chart's version, which has a plus sign in the cluster", chart.Release.Ref)
			}
		}
	},
}

// versionLabel returns the path of the first label that holds the version.
func versionLabel(object map[string]any, version string) (at string, found bool) {
	eachText(object, nil, func(path []any, text string) bool {
		if len(path) < 2 || !strings.Contains(text, version) {
			return true
		}
		if parent := path[len(path)-2]; parent == "labels" || parent == "matchLabels" {
			at, found = rollout.Dotted(path...), true
		}
		return !found
	})
	return at, found
}

var chartVersion = regexp.MustCompile(`\{\{[^}]*\.Chart\.Version\b[^}]*\}\}`)

// rawVersion returns the first line that writes the version as it is.
func rawVersion(template []byte) int {
	for i, line := range strings.Split(string(template), "\n") {
		if use := chartVersion.FindString(line); use != "" && !strings.Contains(strings.ToLower(use), "replace") {
			return i + 1
		}
	}
	return 0
}
