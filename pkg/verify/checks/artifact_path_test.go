package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestArtifactPath(t *testing.T) {
	const chart = `gpu-operator-pre/Chart.yaml"`
	wrong := func(name, old, replacement, line, says string) defect {
		return defect{name: name, mode: "oci", breakIt: edit(generator, old, replacement), at: generator + ":" + line, says: says}
	}
	each(t, "artifact-path",
		wrong("a file that is not there", chart, `gpu-operator-pre/Chart.yml"`, "15", `"gpu-operator-pre/Chart.yml" is not in the bundle`),
		wrong("a pattern that nothing matches", "templates/**", "charts/**", "17", "nothing matches"),
		wrong("an unknown alias", "@bundle/"+chart, "@other/"+chart, "15", `no source with the alias "other"`),
		wrong("no alias", "@bundle/"+chart, chart, "15", "not of the form"),
		wrong("out of the artifact", `@artifact/gpu-operator-pre/"`, `@artifact/../x/"`, "15", "not a path in @artifact/"),
		wrong("a chart at the root", `@artifact/gpu-operator-pre/"`, `@artifact/"`, "14", "one directory"),
		wrong("the whole path kept", chart, `gpu-operator-pre/*.yaml"`, "14", "one directory"),
		wrong("an alias that no source has", "alias: bundle", "alias: other", "15", `no source with the alias "bundle"`),
		defect{name: "no chart", mode: "oci", breakIt: remove(chartYAML), at: generator + ":15", says: "is not in the bundle"},
	)
}

func TestArtifactsThatCannotBeJudged(t *testing.T) {
	for name, text := range map[string]string{
		"a strategy": `      strategy: Merge`,
		"an exclude": `      exclude: ["*.md"]`,
	} {
		t.Run(name, func(t *testing.T) {
			bundle := load(t, "oci")
			edit(generator, `      to: "@artifact/gpu-operator-pre/"`, `      to: "@artifact/gpu-operator-pre/"`+"\n"+text)(t, bundle)
			report := passes(t, bundle, verify.Options{})
			if !strings.Contains(strings.Join(report.NotSeen, "\n"), "artifact-path: ArtifactGenerator flux-system/gpu-operator-pre-chart copies") {
				t.Errorf("want a note, got %q", report.NotSeen)
			}
		})
	}
}
