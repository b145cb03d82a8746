package checks_test

import "testing"

func TestResourceDuplicate(t *testing.T) {
	each(t, "resource-duplicate",
		defect{
			name: "a file", breakIt: edit(listing, "- gpu-operator/helmrelease.yaml\n", "- gpu-operator/helmrelease.yaml\n- ./gpu-operator/helmrelease.yaml\n"),
			at: listing + ":9", path: "resources[4]", says: "first by kustomization.yaml:8",
		},
		defect{name: "itself", breakIt: edit(listing, "resources:", "resources:\n- ."), at: listing + ":5", says: "taken in twice"},
		defect{
			name: "a directory", at: listing + ":6", says: `"cert-manager" is taken in twice`,
			breakIt: all(
				edit(listing, "- cert-manager/helmrelease.yaml", "- cert-manager\n- cert-manager"),
				add("cert-manager/kustomization.yaml", "resources:\n- helmrelease.yaml\n"),
			),
		},
		defect{
			name: "each other", at: "cert-manager/kustomization.yaml:3", says: `".." is taken in twice`,
			breakIt: all(
				edit(listing, "- cert-manager/helmrelease.yaml", "- cert-manager"),
				add("cert-manager/kustomization.yaml", "resources:\n- helmrelease.yaml\n- ..\n"),
			),
		},
	)
}
