package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestHazard56_VersionInvalid(t *testing.T) {
	version := func(text string) defect {
		return defect{
			name: text, breakIt: edit(release, "version: 25.3.0", `version: "`+text+`"`), at: release + ":29", path: "spec.chart.spec.version",
			says: `version "` + text + `" is neither a version nor a range`,
		}
	}
	each(t, "version-invalid", version("latest"), version("1.2.3.4"), version("foo bar"), version(" "),
		defect{name: "of an OCI artifact", breakIt: fromOCI("  ref:\n    semver: newest\n"), at: ociSource + ":13", path: "spec.ref.semver", says: `"newest" is neither`},
	)
}

func TestHazard57_ChartName(t *testing.T) {
	name := func(text string) defect {
		return defect{name: text, breakIt: edit(release, "chart: gpu-operator", `chart: "`+text+`"`), at: release + ":28", path: "spec.chart.spec.chart", says: "is refused by Flux"}
	}
	each(t, "chart-name", name("forgejoRunner"), name("gpu_operator"), name("gpu operator"), name("gpu-operator:25"))
	bundle := load(t, "git")
	edit(release, "chart: gpu-operator", "chart: nvidia/gpu.operator")(t, bundle)
	passes(t, bundle, verify.Options{})
}

func TestHazard57_RepositoryURL(t *testing.T) {
	const (
		helm = "sources/helmrepo-charts-jetstack-io.yaml"
		url  = "  url: https://charts.jetstack.io"
	)
	for address, says := range map[string]string{
		"oci://quay.io/jetstack/charts:v1":         "it has a tag",
		"oci://quay.io/jetstack/charts@sha256:abc": "it has a digest",
		"oci://quay.io/Jetstack/charts":            "upper-case",
		"https://charts.jetstack.io/index.yaml":    "index.yaml",
		"https://charts.jetstack.io/a b":           "white space",
	} {
		kind, line := "", ":9"
		if address[0] == 'o' {
			kind, line = "  type: oci\n", ":10"
		}
		each(t, "source-url", defect{name: says, breakIt: edit(helm, url, kind+"  url: "+address), at: helm + line, path: "spec.url", says: says})
	}
}
