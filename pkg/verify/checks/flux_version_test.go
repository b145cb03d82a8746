package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestFluxVersion(t *testing.T) {
	on27, on28 := verify.Options{FluxVersion: "2.7"}, verify.Options{FluxVersion: "2.8"}
	healthCheck := edit(release, "  timeout: 15m\n", "  timeout: 15m\n  healthCheckExprs: [{apiVersion: v1, kind: A, current: 'true'}]\n")
	each(t, "flux-version",
		defect{name: "a field of 2.8", options: on27, breakIt: healthCheck, at: release + ":10", path: "spec.healthCheckExprs", says: "Flux 2.8 does not: there is no such field"},
		defect{name: "a field of 2.9", options: on28, breakIt: edit(release, "  upgrade:\n", "  upgrade:\n    chartNameChangeStrategy: InPlaceUpdate\n"), at: release + ":20", path: "spec.upgrade.chartNameChangeStrategy", says: "Flux 2.9"},
		defect{
			name: "a value of 2.8", mode: "oci", options: verify.Options{FluxVersion: "2.7", External: []string{"ExternalArtifact flux-system/x"}}, breakIt: edit(generator, "  artifacts:\n", "  - alias: other\n    kind: ExternalArtifact\n    name: x\n  artifacts:\n"),
			at: generator + ":13", path: "spec.sources[1].kind", says: `Flux 2.8 does not: "ExternalArtifact" is not one of`,
		},
		defect{
			name: "a rule that 2.9 has loosened", options: on28, breakIt: edit(release, "  timeout: 15m\n", "  timeout: 15m\n  healthCheckExprs: [{apiVersion: v1, current: 'true'}]\n"),
			at: release + ":10", path: "spec.healthCheckExprs[0].kind", says: "Flux 2.9 does not: the field is required",
		},
		defect{
			name: "a version that is gone", breakIt: edit("sources/helmrepo-charts-jetstack-io.yaml", "io/v1", "io/v1beta2"),
			at: "sources/helmrepo-charts-jetstack-io.yaml:2", path: "apiVersion", says: "Flux 2.9 has no source.toolkit.fluxcd.io/v1beta2 HelmRepository, Flux 2.7 has; the version is v1",
		},
	)
}

func TestFluxVersionTakesWhatIsThere(t *testing.T) {
	for _, version := range verify.FluxVersions() {
		for _, mode := range []string{"git", "oci"} {
			passes(t, load(t, mode), verify.Options{FluxVersion: version})
		}
	}
	bundle := load(t, "git")
	edit("sources/helmrepo-charts-jetstack-io.yaml", "io/v1", "io/v1beta2")(t, bundle)
	passes(t, bundle, verify.Options{FluxVersion: "2.7"})
}
