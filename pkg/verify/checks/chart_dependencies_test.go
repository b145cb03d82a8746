package checks_test

import "testing"

func TestChartDependencies(t *testing.T) {
	const dependency = "dependencies: [{name: more, version: 1.0.0, repository: \"\"}]\nappVersion:"
	each(t, "chart-dependencies",
		defect{name: "none in charts", breakIt: edit(chartYAML, "appVersion:", dependency), at: chartYAML, says: "lacks the dependency more 1.0.0"},
		defect{
			name: "one to download", breakIt: edit(chartYAML, "appVersion:", `dependencies: [{name: more, version: 1.0.0, repository: "https://charts.example.com/x"}]`+"\nappVersion:"),
			at: chartYAML, says: "downloads it from charts.example.com", warning: true,
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
