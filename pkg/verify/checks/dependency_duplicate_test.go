package checks_test

import "testing"

func TestDependencyDuplicate(t *testing.T) {
	each(t, "dependency-duplicate", defect{
		name: "with and without its namespace", warning: true,
		breakIt: edit(release, "- name: gpu-operator-pre", "- name: gpu-operator-pre\n  - name: gpu-operator-pre\n    namespace: flux-system"),
		at:      release + ":26", path: "spec.dependsOn[1]", says: "HelmRelease flux-system/gpu-operator-pre twice",
	})
}
