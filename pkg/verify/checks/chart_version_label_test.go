package checks_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestChartVersionLabel(t *testing.T) {
	const label = "    app.kubernetes.io/instance: {{ .Release.Name }}\n"
	raw := edit(template, label, label+"    helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}\n")
	selector := func(version string) func(*testing.T, fstest.MapFS) {
		return add(podTemplate, strings.NewReplacer("matchLabels: {a: b}", "matchLabels: {a: b, v: \""+version+"\"}", "labels: {a: b}", "labels: {a: b, v: \""+version+"\"}").Replace(deployment("")))
	}
	each(t, "chart-version-label",
		defect{
			name: "raw", mode: "oci", breakIt: raw,
			at: template + ":9", path: `metadata.labels["helm.sh/chart"]`, says: "which has a plus sign in the cluster",
		},
		defect{
			name: "raw in Git", info: true, breakIt: raw,
			at: template + ":9", path: `metadata.labels["helm.sh/chart"]`, says: "would have a plus sign",
		},
		defect{
			name: "selector", breakIt: selector("{{ .Chart.Version }}"),
			at: podTemplate + ":6", path: "spec.selector.matchLabels.v", says: "selects pods by the chart's version",
		},
		defect{
			name: "selector from an artifact", mode: "oci", breakIt: selector("{{ .Chart.Version | replace `+` `_` }}"),
			at: podTemplate + ":2", path: "spec.selector.matchLabels.v", says: "selects pods by the chart's version",
		},
	)
	t.Run("replaced", func(t *testing.T) {
		bundle := load(t, "oci")
		edit(template, label, label+"    helm.sh/chart: {{ .Chart.Version | replace \"+\" \"_\" }}\n")(t, bundle)
		passes(t, bundle, verify.Options{})
	})
}
