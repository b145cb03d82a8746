package checks_test

import (
	"testing"
	"testing/fstest"
)

func TestKustomizationMissing(t *testing.T) {
	noCharts := func(_ *testing.T, bundle fstest.MapFS) {
		for file := range bundle {
			if file != "cert-manager/helmrelease.yaml" && file != "sources/helmrepo-charts-jetstack-io.yaml" {
				delete(bundle, file)
			}
		}
	}
	each(t, "kustomization-missing",
		defect{name: "with charts", breakIt: remove(listing), at: listing, says: "such as gpu-operator-pre/Chart.yaml"},
		defect{name: "without charts", breakIt: noCharts, at: listing, says: "every YAML file", warning: true},
		defect{
			name: "a kustomization below", at: listing, says: "every YAML file", warning: true,
			breakIt: all(noCharts, add("cert-manager/kustomization.yaml", "resources:\n- helmrelease.yaml\n")),
		},
	)
}
