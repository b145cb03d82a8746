package checks_test

import (
	"testing"
	"testing/fstest"
)

// fromOCI lets gpu-operator come from an OCIRepository with that ref.
func fromOCI(ref string) func(*testing.T, fstest.MapFS) {
	const source = "sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml"
	return all(
		add(source, "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata:\n  name: helm-ngc-nvidia-com-nvidia\n  namespace: flux-system\n"+
			"spec:\n  interval: 1h\n  url: oci://nvcr.io/nvidia/gpu-operator\n  layerSelector:\n    mediaType: application/vnd.cncf.helm.chart.content.v1.tar+gzip\n    operation: copy\n"+ref),
		edit(release, `  chart:
    spec:
      chart: gpu-operator
      version: 25.3.0
      interval: 10m
      sourceRef:
        kind: HelmRepository
        name: helm-ngc-nvidia-com-nvidia
        namespace: flux-system
`, `  chartRef:
    kind: OCIRepository
    name: helm-ngc-nvidia-com-nvidia
`),
	)
}

const ociSource = "sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml"

func TestVersionMissing(t *testing.T) {
	each(t, "version-missing",
		defect{name: "none", warning: true, breakIt: edit(release, "      version: 25.3.0\n", ""), at: release + ":27", path: "spec.chart.spec.version", says: "the newest"},
		defect{name: "any", warning: true, breakIt: edit(release, "25.3.0", `"*"`), at: release + ":29", says: "the newest"},
		defect{name: "no ref", warning: true, breakIt: fromOCI(""), at: ociSource + ":6", says: "the newest"},
		defect{name: "latest", warning: true, breakIt: fromOCI("  ref:\n    tag: latest\n"), at: ociSource + ":13", path: "spec.ref.tag", says: "the newest"},
	)
}
