package checks_test

import "testing"

func TestResourceMissing(t *testing.T) {
	each(t, "resource-missing",
		defect{name: "a ConfigMap", breakIt: remove(configMap), at: listing + ":7", path: "resources[2]", says: configMap},
		defect{name: "a release", breakIt: remove(release), at: listing + ":8", says: release},
		defect{
			name: "a directory", breakIt: edit(listing, "- cert-manager/helmrelease.yaml", "- cert-manager"),
			at: listing + ":5", path: "resources[0]", says: "without a kustomization",
		},
	)
}
