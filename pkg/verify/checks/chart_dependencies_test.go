package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestChartDependencies(t *testing.T) {
	const dependency = "dependencies: [{name: more, version: 1.0.0, repository: \"\"}]\nappVersion:"
	each(t, "chart-dependencies",
		defect{name: "none in charts", breakIt: edit(chartYAML, "appVersion:", dependency), at: chartYAML, says: "lacks the dependency more 1.0.0"},
		defect{
			name: "one to download", breakIt: edit(chartYAML, "appVersion:", `dependencies: [{name: more, version: 1.0.0, repository: "https://charts.example.com/x"}]`+"\nappVersion:"),
			at: chartYAML, says: "downloads it from charts.example.com", warning: true,
		},
		defect{
			name: "one beside it that is not there", breakIt: edit(chartYAML, "appVersion:", `dependencies: [{name: more, version: 1.0.0, repository: "file://../more"}]`+"\nappVersion:"),
			at: chartYAML, says: "there is no chart at file://../more",
		},
		defect{
			name: "in an artifact", mode: "oci", at: chartYAML, says: "lacks the dependency more 1.0.0",
			breakIt: edit(chartYAML, "appVersion:", `dependencies: [{name: more, version: 1.0.0, repository: "https://charts.example.com"}]`+"\nappVersion:"),
		},
		defect{
			name: "of another version", breakIt: all(withUpstream(upstream(), "driver: {}"), edit(wrapper, "version: 25.3.0", "version: 25.3.1")),
			at: wrapper, says: "depends on gpu-operator 25.3.1, and charts/ has 25.3.0", warning: true,
		},
	)
}

// TestHazard69_AChartBesideAnotherIsPartOfIt: source-controller puts it into charts/, with what it
// takes from beside itself.
func TestHazard69_AChartBesideAnotherIsPartOfIt(t *testing.T) {
	bundle := load(t, "git")
	all(edit(chartYAML, "appVersion:", "dependencies: [{name: lib, version: ~1.0.0, repository: \"file://../lib\"}]\nappVersion:"),
		add(added, strings.Replace(settings, "a: b", `a: {{ include "lib.name" . }}`, 1)),
		add("lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 1.0.3\ntype: library\ndependencies: [{name: gpu-operator-pre, version: \"*\", repository: \"file://../gpu-operator-pre\"}]\n"),
		add("lib/templates/_h.tpl", `{{- define "lib.name" -}}x{{- end -}}`))(t, bundle)
	report := verifyAll(t, bundle, verify.Options{})
	for _, f := range report.Findings {
		if f.Check != "chart-dependencies" { // a circle is not what is tested here
			t.Error(list(report))
		}
	}
	add("lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 1.0.3\ntype: library\n")(t, bundle)
	passes(t, bundle, verify.Options{})
}
