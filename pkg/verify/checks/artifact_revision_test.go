package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestArtifactRevision(t *testing.T) {
	each(t, "artifact-revision", defect{
		name: "that of the bundle", mode: "oci", warning: true, breakIt: edit(generator, "    copy:\n", "    revision: \"@bundle\"\n    copy:\n"),
		at: generator + ":14", path: "spec.artifacts[0].revision", says: "fails where the revision is a version",
	})
	bundle := load(t, "oci")
	edit(generator, "    copy:\n", "    originRevision: \"@bundle\"\n    copy:\n")(t, bundle)
	passes(t, bundle, verify.Options{})
}
