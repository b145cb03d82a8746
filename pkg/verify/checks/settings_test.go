package checks_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestHazard64_SourceSettings(t *testing.T) {
	ref := func(name, text, says string) defect {
		line := ":11"
		if strings.Contains(text, "\n") {
			line = ":12"
		}
		return defect{name: name, breakIt: edit(gitSource, "branch: main", text), at: gitSource + line, says: says}
	}
	oci := func(name, text, says string) defect {
		return defect{name: name, breakIt: fromOCI("  ref:\n    " + text + "\n"), at: ociSource + ":13", says: says}
	}
	const helm = "sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml"
	verifying := func(text string) func(*testing.T, fstest.MapFS) {
		return edit(release, "      sourceRef:\n", "      verify: "+text+"\n      sourceRef:\n")
	}
	registry := all(edit(helm, "https://helm.ngc.nvidia.com/nvidia", "oci://helm.ngc.nvidia.com/nvidia"), edit(helm, "  interval: 1h", "  type: oci\n  interval: 1h"))
	each(t, "source-settings",
		ref("a short commit", "branch: main\n    commit: 1a2b3c4", "is not a whole commit"),
		ref("a branch with a blank", "branch: my branch", "is not a name that git takes"),
		ref("a name of half", "name: heads/main", "begins with refs/"),
		ref("a range that is none", "semver: newest", "is not a version or a range"),
		oci("a digest of half", "digest: sha256:abc", "64 hexadecimal digits"),
		oci("a filter", "{semver: 25.3.0, semverFilter: '('}", "is not a regular expression"),
		defect{name: "ssh", breakIt: edit(gitSource, "https://github.com/acme", "ssh://git@github.com/acme"), at: gitSource + ":9", says: "fetches nothing without a key"},
		defect{name: "a signature where none is looked at", breakIt: verifying("{provider: cosign}"), at: release + ":31", says: "is no OCI registry"},
		defect{name: "notation", breakIt: all(registry, verifying("{provider: notation}")), at: release + ":31", says: "notation verifies nothing without a Secret"},
		defect{
			name: "an identity", breakIt: fromOCI("  ref:\n    tag: v25\n  verify: {provider: cosign, matchOIDCIdentity: [{issuer: '(', subject: a}]}\n"),
			at: ociSource + ":14", path: "spec.verify.matchOIDCIdentity[0].issuer", says: "is not a regular expression",
		},
	)
	for _, line := range []string{"commit: 1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d", "semver: '>=1'", "name: refs/pull/1/head", "tag: v1.2.3+x", "tag: ${TAG}"} {
		bundle := load(t, "git")
		edit(gitSource, "branch: main", "branch: main\n    "+line)(t, bundle)
		if report := verifyAll(t, bundle, verify.Options{Skip: []string{"substitution"}}); len(report.Findings) > 0 {
			t.Errorf("%s:\n%s", line, list(report))
		}
	}
	bundle := load(t, "git")
	all(registry, verifying("{provider: cosign}"), edit(gitSource, "  ref:", "  secretRef: {name: key}\n  ref:"), edit(gitSource, "https://github.com/acme", "ssh://git@github.com/acme"))(t, bundle)
	passes(t, bundle, verify.Options{})
}

func TestHazard64_ReleaseSettings(t *testing.T) {
	each(t, "release-settings",
		defect{name: "a release in upper case", breakIt: edit(release, "releaseName: gpu-operator", "releaseName: GPU-Operator"), at: release + ":10", says: "Helm refuses it"},
		defect{name: "a store in upper case", breakIt: edit("cert-manager/helmrelease.yaml", "storageNamespace: cert-manager", "storageNamespace: Cert-Manager"), at: "cert-manager/helmrelease.yaml:12", says: "is not the name of a namespace"},
		defect{name: "no time at all", breakIt: edit(release, "timeout: 15m", "timeout: 0s"), at: release + ":9", path: "spec.timeout", says: "is over before anything is done"},
		defect{name: "no return", breakIt: edit(gitSource, "interval: 5m", "interval: 0s"), at: gitSource + ":8", says: "looks again only when something changes", warning: true},
		defect{name: "no second try", breakIt: edit(release, "retryInterval: 2m", "retryInterval: 0m"), at: release + ":18", says: "a retryInterval of 0m", warning: true},
	)
}

func TestHazard64_ReadyExprIsCompiled(t *testing.T) {
	ready := func(expr string) func(*testing.T, fstest.MapFS) {
		return edit(release, "  - name: gpu-operator-pre\n", "  - name: gpu-operator-pre\n    readyExpr: \""+expr+"\"\n")
	}
	each(t, "health-check",
		defect{name: "no CEL", breakIt: ready("dep.status = 1"), at: release + ":26", path: "spec.dependsOn[0].readyExpr", says: "the controller stops at it"},
		defect{name: "a variable that is not there", breakIt: ready("other.status.x == 1"), at: release + ":26", says: "undeclared reference"},
		defect{name: "no boolean", breakIt: ready("1 + 1"), at: release + ":26", says: "bool"},
	)
	bundle := load(t, "git")
	ready("dep.status.observedGeneration == dep.metadata.generation && self.spec.interval != ''")(t, bundle)
	passes(t, bundle, verify.Options{})
}
