package checks_test

import (
	"testing"
	"testing/fstest"
)

const certManager = "cert-manager/helmrelease.yaml"

func TestDependencyCycle(t *testing.T) {
	wait := func(file, name string) func(*testing.T, fstest.MapFS) {
		return edit(file, "  chart:\n", "  dependsOn: [{name: "+name+"}]\n  chart:\n")
	}
	each(t, "dependency-cycle",
		defect{
			name: "all three", breakIt: wait(certManager, "gpu-operator"),
			at: certManager + ":24", path: "spec.dependsOn[0]", says: "wait for each other: cert-manager → gpu-operator → gpu-operator-pre → cert-manager",
		},
		defect{
			name: "two, and one behind them", breakIt: wait(certManager, "gpu-operator-pre"),
			at: certManager + ":24", says: "cert-manager → gpu-operator-pre → cert-manager; behind them waits 1 more release",
		},
		defect{
			name: "itself", breakIt: edit(release, "- name: gpu-operator-pre", "- name: gpu-operator"),
			at: release + ":25", says: "waits for itself",
		},
		defect{
			name: "itself after another", breakIt: edit(release, "- name: gpu-operator-pre", "- name: gpu-operator-pre\n  - name: gpu-operator"),
			at: release + ":26", path: "spec.dependsOn[1]", says: "waits for itself",
		},
	)
}
