package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestNamespaceMissing(t *testing.T) {
	each(t, "namespace-missing",
		defect{
			name: "created by one that comes later", breakIt: edit(pre, "createNamespace: true", "createNamespace: false"),
			at: pre + ":24", path: "spec.dependsOn", says: `needs namespace "gpu-operator", which HelmRelease flux-system/gpu-operator creates`,
		},
		defect{
			name: "stored where nobody creates it", breakIt: edit(certManager, "storageNamespace: cert-manager", "storageNamespace: elsewhere"),
			at: certManager + ":12", path: "spec.storageNamespace", says: `stored in namespace "elsewhere"`, warning: true,
		},
		defect{
			name: "stored where another comes later", breakIt: edit(certManager, "storageNamespace: cert-manager", "storageNamespace: gpu-operator"),
			at: certManager + ":7", says: `needs namespace "gpu-operator"`,
		},
	)
}

func TestNamespaceOfTheCluster(t *testing.T) {
	bundle := load(t, "git")
	edit(certManager, "createNamespace: true", "createNamespace: false")(t, bundle)
	report := passes(t, bundle, verify.Options{})
	if !strings.Contains(list(report), `nothing in the bundle creates namespace "cert-manager"`) {
		t.Error(list(report))
	}
	for _, namespace := range []string{"kube-system", "flux-system"} {
		bundle := load(t, "git")
		all(edit(certManager, "createNamespace: true", "createNamespace: false"), edit(certManager, "targetNamespace: cert-manager", "targetNamespace: "+namespace),
			edit(certManager, "storageNamespace: cert-manager", "storageNamespace: "+namespace))(t, bundle)
		if report := passes(t, bundle, verify.Options{}); strings.Contains(list(report), "namespace-missing") {
			t.Error(list(report))
		}
	}
}
