package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestVersionRange(t *testing.T) {
	version := func(text string) defect {
		return defect{
			name: text, warning: true, breakIt: edit(release, "version: 25.3.0", `version: "`+text+`"`),
			at: release + ":29", path: "spec.chart.spec.version", says: `version "` + text + `" is a range`,
		}
	}
	each(t, "version-range", version("25.3"), version("v25"), version(">=25.3.0"), version("25.x"), version("~25.3.0"),
		defect{name: "of an OCI artifact", warning: true, breakIt: fromOCI("  ref:\n    semver: 25.x\n"), at: ociSource + ":13", path: "spec.ref.semver", says: `"25.x" is a range`},
	)
}

func TestVersionsThatAreNoRange(t *testing.T) {
	for _, ref := range []string{"semver: 25.3.0", "tag: v25", "digest: sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"} {
		bundle := load(t, "git")
		fromOCI("  ref:\n    "+ref+"\n")(t, bundle)
		passes(t, bundle, verify.Options{})
	}
	for _, version := range []string{"v25.3.0", "25.3.0-rc.1", "25.3.0+build.5"} {
		bundle := load(t, "git")
		edit(release, "25.3.0", version)(t, bundle)
		passes(t, bundle, verify.Options{})
	}
}
