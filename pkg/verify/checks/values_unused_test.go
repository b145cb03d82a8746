package checks_test

import "testing"

func TestValuesUnused(t *testing.T) {
	each(t, "values-unused", defect{
		name: "after a rename", at: "cert-manager/configmap-values.yaml:1", says: "no release reads it", warning: true,
		breakIt: all(
			add("cert-manager/configmap-values.yaml", `apiVersion: v1
kind: ConfigMap
metadata: {name: cert-values, namespace: flux-system, labels: {reconcile.fluxcd.io/watch: Enabled}}
data: {values.yaml: "a: b"}
`),
			edit(listing, "resources:", "resources:\n- cert-manager/configmap-values.yaml"),
		),
	})
}
