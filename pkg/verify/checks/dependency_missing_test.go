package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestDependencyMissing(t *testing.T) {
	each(t, "dependency-missing",
		defect{
			name: "unknown", breakIt: edit(release, "- name: gpu-operator-pre", "- name: gpu-operator-post"),
			at: release + ":25", path: "spec.dependsOn[0]", says: "HelmRelease flux-system/gpu-operator-post",
		},
		defect{name: "without a name", breakIt: edit(release, "- name: gpu-operator-pre", "- name: ''"), at: release + ":25", path: "spec.dependsOn[0]", says: "without a name"},
		defect{
			name: "in another namespace", breakIt: edit(release, "- name: gpu-operator-pre", "- name: gpu-operator-pre\n    namespace: other"),
			at: release + ":25", says: "other/gpu-operator-pre",
		},
	)
}

func TestDependencyOutsideTheBundle(t *testing.T) {
	bundle := load(t, "git")
	edit(release, "- name: gpu-operator-pre", "- name: elsewhere")(t, bundle)
	passes(t, bundle, verify.Options{External: []string{"HelmRelease flux-system/elsewhere"}})
}
