package checks_test

import (
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestConstantVersion(t *testing.T) {
	version := func(version string) func(*testing.T, fstest.MapFS) {
		return all(edit(chartYAML, "0.1.0-h1a2b3c4d5e6f", version), edit(pre, "0.1.0-h1a2b3c4d5e6f", version))
	}
	constant := version("0.1.0")
	each(t, "constant-version",
		defect{name: "plain", warning: true, breakIt: constant, at: chartYAML + ":5", says: `version "0.1.0" does not follow`},
		defect{name: "stage", warning: true, breakIt: version("0.1.0-rc.1"), at: chartYAML + ":5", says: `version "0.1.0-rc.1" does not follow`},
	)
	for _, followed := range []string{"0.1.0-1a2b3c4", "0.1.0-20260102.1530", "0.1.0+1a2b3c4"} {
		t.Run(followed, func(t *testing.T) {
			bundle := load(t, "git")
			version(followed)(t, bundle)
			passes(t, bundle, verify.Options{})
		})
	}
	each(t, "constant-version", defect{
		name: "every revision", info: true, breakIt: all(constant, edit(pre, "      interval: 10m\n", "      interval: 10m\n      reconcileStrategy: Revision\n")),
		at: pre + ":31", path: "spec.chart.spec.reconcileStrategy", says: "at every commit",
	})
	t.Run("artifact", func(t *testing.T) {
		bundle := load(t, "oci")
		edit(chartYAML, "0.1.0-h1a2b3c4d5e6f", "0.1.0")(t, bundle)
		passes(t, bundle, verify.Options{})
	})
}
