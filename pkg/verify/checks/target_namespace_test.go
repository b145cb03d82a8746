package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestTargetNamespace(t *testing.T) {
	each(t, "target-namespace", defect{
		name: "none", warning: true, breakIt: edit(certManager, "  targetNamespace: cert-manager\n", ""),
		at: certManager + ":7", path: "spec", says: `installed into namespace "flux-system", which others, such as HelmRelease flux-system/gpu-operator-pre`,
	})
	bundle := load(t, "git")
	all(edit(certManager, "targetNamespace: cert-manager", "targetNamespace: flux-system"), edit(certManager, "storageNamespace: cert-manager", "storageNamespace: flux-system"))(t, bundle)
	passes(t, bundle, verify.Options{})
}
