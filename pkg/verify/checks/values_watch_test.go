package checks_test

import "testing"

func TestValuesWatch(t *testing.T) {
	each(t, "values-watch",
		defect{
			name: "no label", warning: true, breakIt: edit(configMap, "  labels:\n    reconcile.fluxcd.io/watch: Enabled\n", ""),
			at: configMap + ":4", path: "metadata.labels", says: "does not reach HelmRelease flux-system/gpu-operator-pre",
		},
		defect{name: "another value", warning: true, breakIt: edit(configMap, "watch: Enabled", "watch: enabled"), at: configMap + ":7", says: "does not reach"},
	)
}
