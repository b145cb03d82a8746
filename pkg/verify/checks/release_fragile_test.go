package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestReleaseFragile(t *testing.T) {
	const strategy = "    strategy:\n      name: RetryOnFailure\n      retryInterval: 2m\n"
	each(t, "release-fragile",
		defect{
			name: "no retries", warning: true, breakIt: all(edit(release, strategy, ""), edit(release, strategy, "    remediation:\n      retries: 0\n")),
			at: release + ":7", path: "spec", says: "a failed install is not tried again, a failed upgrade is not tried again",
		},
		defect{name: "no timeout", warning: true, breakIt: edit(release, "  timeout: 15m\n", ""), at: release + ":7", says: "defaults: the timeout is 5m"},
		defect{
			name: "CRDs", warning: true, breakIt: edit(release, "  upgrade:\n    crds: CreateReplace\n", "  upgrade:\n"),
			at: release + ":7", says: "defaults: CRDs are not upgraded",
		},
		defect{
			name: "no name", warning: true, breakIt: edit(release, "  releaseName: gpu-operator\n", ""),
			at: release + ":7", says: "the release is called gpu-operator-gpu-operator",
		},
	)
	bundle := load(t, "git")
	edit(release, strategy, "    remediation:\n      retries: -1\n")(t, bundle)
	passes(t, bundle, verify.Options{})
}
