package checks_test

import "testing"

func TestSuspended(t *testing.T) {
	const (
		source = "sources/helmrepo-charts-jetstack-io.yaml"
		off    = "  annotations:\n    kustomize.toolkit.fluxcd.io/reconcile: disabled\n"
	)
	each(t, "suspended",
		defect{
			name: "a release that others wait for", breakIt: edit(certManager, "  interval: 30m", "  suspend: true\n  interval: 30m"),
			at: certManager + ":8", path: "spec.suspend", says: "2 releases wait for it",
		},
		defect{
			name: "the last release", warning: true, breakIt: edit(release, "  interval: 30m", "  suspend: true\n  interval: 30m"),
			at: release + ":8", says: "does nothing about it",
		},
		defect{
			name: "a source", breakIt: edit(source, "  interval: 1h", "  suspend: true\n  interval: 1h"),
			at: source + ":8", says: "1 release waits for it",
		},
		defect{
			name: "a generator", mode: "oci", breakIt: edit(generator, "metadata:\n", "metadata:\n"+off),
			at: generator + ":6", path: `metadata.annotations["kustomize.toolkit.fluxcd.io/reconcile"]`, says: "1 release waits for it",
		},
		defect{
			name: "an object that is not applied", warning: true, breakIt: edit(configMap, "metadata:\n", "metadata:\n"+off),
			at: configMap + ":6", says: "does not apply it",
		},
	)
}
