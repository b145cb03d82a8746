package checks_test

import (
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

// gate is a release's check of when its objects are ready.
const gate = "  healthCheckExprs:\n    - apiVersion: nvidia.com/v1\n      kind: ClusterPolicy\n      current: status.state == 'ready'\n"

func TestHealthCheck(t *testing.T) {
	with := func(text string) defect {
		return defect{breakIt: edit(release, "  interval: 30m\n", text+"  interval: 30m\n")}
	}
	broken := with(gate + "    - {apiVersion: v1, kind: Service, current: \"status.state = 'ready'\"}\n")
	broken.name, broken.at, broken.path, broken.says = "what is no CEL", release+":12", "spec.healthCheckExprs[1]", "parse the expression Current"
	failed := with("  healthCheckExprs:\n    - {apiVersion: v1, kind: Service, current: 'true', failed: '('}\n")
	failed.name, failed.at, failed.says = "what is no CEL about failing", release+":9", "parse the expression Failed"
	twice := with(gate + "    - {apiVersion: nvidia.com/v1alpha1, kind: ClusterPolicy, current: 'true'}\n")
	twice.name, twice.at, twice.says = "a kind twice", release+":12", "duplicate custom health check for GroupKind ClusterPolicy.nvidia.com"
	legacy := with(gate + "  waitStrategy:\n    name: legacy\n")
	legacy.name, legacy.at, legacy.says, legacy.warning = "a strategy without them", release+":13", "not evaluated with this strategy", true
	noWait := defect{name: "a release that does not wait", warning: true, path: "spec.upgrade.disableWait", at: release + ":24", says: "does not wait", breakIt: func(t *testing.T, bundle fstest.MapFS) {
		edit(release, "  interval: 30m\n", gate+"  interval: 30m\n")(t, bundle)
		edit(release, "  upgrade:\n", "  upgrade:\n    disableWait: true\n")(t, bundle)
	}}
	each(t, "health-check", broken, failed, twice, legacy, noWait)
}

// TestHealthCheckThatTheClusterWrites: what substitution makes of it is not known.
func TestHealthCheckThatTheClusterWrites(t *testing.T) {
	each(t, "substitution", defect{
		name: "a variable", warning: true, at: release + ":12", says: "is rewritten",
		breakIt: edit(release, "  interval: 30m\n", gate+"    - {apiVersion: v1, kind: Service, current: '(${READY}'}\n  interval: 30m\n"),
	})
}

// TestFlux27DoesNotHaveHealthChecks and the bundle says what it needs.
func TestFlux27DoesNotHaveHealthChecks(t *testing.T) {
	each(t, "flux-version", defect{
		name: "on 2.7", options: verify.Options{FluxVersion: "2.7"}, at: release + ":8", path: "spec.healthCheckExprs",
		says: "Flux 2.7 refuses it, Flux 2.8 does not", breakIt: edit(release, "  interval: 30m\n", gate+"  interval: 30m\n"),
	})
	bundle := load(t, "git")
	edit(release, "  interval: 30m\n", gate+"  interval: 30m\n")(t, bundle)
	if report := verifyAll(t, bundle, verify.Options{}); len(report.Findings) > 0 || report.Needs.FluxVersion != "2.8" {
		t.Errorf("needs Flux %s\n%s", report.Needs.FluxVersion, list(report))
	}
}
