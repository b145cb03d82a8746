package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestReleaseCollision(t *testing.T) {
	each(t, "release-collision", defect{
		name: "one name in one namespace", breakIt: edit(release, "releaseName: gpu-operator\n", "releaseName: gpu-operator-pre\n"),
		at: release + ":10", path: "spec.releaseName", says: `Helm release "gpu-operator-pre" in namespace "gpu-operator", and so is HelmRelease flux-system/gpu-operator-pre`,
	})
	if check, err := verify.Lookup("release-collision"); err != nil || !check.Quick {
		t.Errorf("aicr bundle would write a bundle whose releases destroy each other (%v)", err)
	}
}
