package checks

import (
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var chartVersionLabel = &engine.Check{
	ID:       "chart-version-label",
	Group:    engine.GroupHazards,
	Severity: engine.SeverityError,
	Title:    "Labels hold the version of their chart in a form that they can, and selectors do not hold it",
	Remedy:   `Write {{ .Chart.Version | replace "+" "_" }} in the template, as charts of "helm create" do.`,
	Run: func(p *engine.Pass) {
		type template struct {
			chart *engine.LocalChart
			name  string
		}
		reported := map[template]bool{} // one template, one mistake
		for _, m := range p.Resources() {
			if at := (template{m.Chart, m.Template}); !reported[at] {
				reported[at] = versionLabel(p, m)
			}
		}
	},
}

// versionLabel reports whether it has found something.
func versionLabel(p *engine.Pass, m engine.Resource) bool {
	version := m.Chart.Chart.Version
	label := findVersionLabel(m, version)
	if label.path == "" {
		return false
	}
	at, raw := m.Place(p.Scene), rawVersion(m.Text(p.Scene))
	if at.Path = label.path; raw > 0 {
		at.Line = raw
	}
	switch {
	case label.selector:
		p.Advise(at, "Leave the chart's version out of the selector.",
			"%s selects pods by the chart's version: a selector cannot be changed, so that the upgrade to another version fails", m.Chart.Release.Ref)
	case strings.Contains(label.text, "+"):
		p.Report(at, "%s renders a label with the chart's version, which has a plus sign in the cluster", m.Chart.Release.Ref)
	case raw > 0 && strings.Contains(label.text, version):
		p.Add(engine.SeverityInfo, at, p.Check.Remedy, "%s renders a label with the chart's version; from an artifact instead of Git that would have a plus sign, and be refused", m.Chart.Release.Ref)
	default:
		return false
	}
	return true
}

// versionedLabel is a label that holds the chart's version.
type versionedLabel struct {
	path, text string
	selector   bool
}

// findVersionLabel returns the first such label of an object, before it one of a selector that
// nobody can change. A plus sign may have been replaced.
func findVersionLabel(m engine.Resource, version string) versionedLabel {
	var found versionedLabel
	written := strings.ReplaceAll(version, "+", "_")
	fixed := m.Group() == "apps" || m.Group() == "batch"
	engine.EachText(m.Object, nil, func(path []any, text string) bool {
		if len(path) < 2 || !strings.Contains(text, version) && !strings.Contains(text, written) {
			return true
		}
		parent := path[len(path)-2]
		selector := fixed && len(path) == 4 && path[0] == "spec" && path[1] == "selector" && parent == "matchLabels"
		if selector || found.path == "" && (parent == "labels" || parent == "matchLabels") {
			found = versionedLabel{rollout.Dotted(path...), text, selector}
		}
		return !selector
	})
	return found
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
