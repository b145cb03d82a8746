package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestResourceOutside(t *testing.T) {
	each(t, "resource-outside",
		defect{name: "above", breakIt: edit(listing, "resources:", "resources:\n- ../base"), at: listing + ":5", path: "resources[0]", says: "outside of the bundle"},
		defect{name: "absolute", breakIt: edit(listing, "resources:", "resources:\n- /etc/base.yaml"), at: listing + ":5", says: `"/etc/base.yaml"`},
		defect{
			name: "above the repository", breakIt: edit(listing, "resources:", "resources:\n- ../../base"),
			options: verify.Options{RepositoryPath: "bundle"}, at: listing + ":5", says: "outside of the bundle",
		},
		defect{
			name: "a repository", breakIt: edit(listing, "resources:", "resources:\n- github.com/acme/base?ref=v1"),
			at: listing + ":5", says: "from another server", warning: true,
		},
		defect{
			name: "a URL", breakIt: edit(listing, "resources:", "resources:\n- https://me:secret@example.com/crds.yaml"),
			at: listing + ":5", says: "from example.com with", warning: true,
		},
	)
}

func TestResourceElsewhereInTheRepository(t *testing.T) {
	bundle := load(t, "git")
	edit(listing, "resources:", "resources:\n- ../base")(t, bundle)
	report := passes(t, bundle, verify.Options{RepositoryPath: "bundle"})
	if !strings.Contains(strings.Join(report.NotSeen, "\n"), `"../base" lies outside of the bundle`) {
		t.Errorf("want a note on ../base, got %q", report.NotSeen)
	}
}
