package checks_test

import "testing"

func TestSourcePlaceholder(t *testing.T) {
	each(t, "source-placeholder", defect{
		name: "of the generator", breakIt: edit(gitSource, "acme/clusters.git", "YOUR_ORG/YOUR_REPO.git"),
		at: gitSource + ":9", path: "spec.url", says: "YOUR_ORG", warning: true,
	})
}
