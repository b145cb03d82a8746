package verify_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestChartVersionLabel(t *testing.T) {
	const label = "    app.kubernetes.io/instance: {{ .Release.Name }}\n"
	raw := edit(template, label, label+"    helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}\n")
	each(t, "chart-version-label", defect{
		name: "raw", mode: "oci", breakIt: raw,
		at: template + ":9", path: `metadata.labels["helm.sh/chart"]`, says: "a label with the chart's version",
	})
	t.Run("in Git", func(t *testing.T) {
		bundle := load(t, "git")
		raw(t, bundle)
		passes(t, bundle, verify.Options{})
	})
	t.Run("replaced", func(t *testing.T) {
		bundle := load(t, "oci")
		edit(template, label, label+"    helm.sh/chart: {{ .Chart.Version | replace \"+\" \"_\" }}\n")(t, bundle)
		passes(t, bundle, verify.Options{})
	})
}
