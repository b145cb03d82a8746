package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestSchema(t *testing.T) {
	const (
		repository = "sources/helmrepo-charts-jetstack-io.yaml"
		git        = "sources/gitrepo-github-com-acme-clusters.yaml"
	)
	each(t, "schema",
		defect{name: "unknown field", breakIt: edit(release, "  timeout: 15m", "  timeout: 15m\n  maxHistroy: 3"), at: release + ":10", path: "spec.maxHistroy", says: `did you mean "maxHistory"?`},
		defect{name: "unknown field in a list", breakIt: edit(release, "- name: gpu-operator-pre", "- name: gpu-operator-pre\n    optional: true"), at: release + ":26", path: "spec.dependsOn[0].optional", says: "no such field"},
		defect{name: "unknown field beside a required one", breakIt: edit(release, "  interval: 30m", "  intervall: 30m"), at: release + ":8", path: "spec.intervall", says: `"interval"`},
		defect{name: "wrong type", breakIt: edit(release, "interval: 30m", "interval: [30m]"), at: release + ":8", path: "spec.interval", says: "type string, not array"},
		defect{name: "no duration", breakIt: edit(release, "timeout: 15m", "timeout: 15 minutes"), at: release + ":9", path: "spec.timeout", says: "not a duration"},
		defect{name: "enum", breakIt: edit(release, "crds: CreateReplace", "crds: Replace"), at: release + ":15", path: "spec.install.crds", says: `"Replace" is not one of`},
		defect{name: "required field", breakIt: edit(repository, "  url: https://charts.jetstack.io\n", ""), at: repository + ":7", path: "spec.url", says: "required"},
		defect{name: "wrong type in a rule's reach", breakIt: edit(release, "      retryInterval: 2m\n", "      retryInterval: 2m\n    remediation: {remediateLastFailure: 'no'}\n"), at: release + ":19", path: "spec.install.remediation.remediateLastFailure", says: "boolean"},
		defect{name: "CEL rule of the spec", breakIt: edit(git, "  url:", "  serviceAccountName: x\n  url:"), at: git + ":7", path: "spec", says: "serviceAccountName can only be set"},
		defect{name: "CEL rule of a generator", mode: "oci", breakIt: all(edit(generator, "- name: gpu-operator-pre-chart", "- name: Chart_"), edit(pre, "name: gpu-operator-pre-chart", "name: Chart_")), at: generator + ":7", path: "spec", says: "valid Kubernetes object names"},
		defect{name: "a kind that Flux lacks", breakIt: all(add("x.yaml", "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmReleases\nmetadata: {name: x, namespace: flux-system}\n"), edit(listing, "resources:\n", "resources:\n- x.yaml\n")), at: "x.yaml:1", path: "apiVersion", says: "HelmReleases; helm.toolkit.fluxcd.io has HelmRelease"},
		defect{name: "no spec", breakIt: edit(repository, "spec:\n  interval: 1h\n  url: https://charts.jetstack.io\n", ""), at: repository + ":2", path: "spec", says: "no spec"},
		defect{name: "a release that has no spec", breakIt: all(add("x.yaml", "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x, namespace: flux-system}\n"), edit(listing, "resources:\n", "resources:\n- x.yaml\n")), at: "x.yaml:1", path: "spec", says: "no spec"},
		defect{name: "a kind that others refer to", breakIt: edit(pre, "kind: HelmRelease", "kind: HelmReleas"), at: pre + ":2", path: "apiVersion", says: "HelmReleas"},
		defect{name: "a source that a release refers to", breakIt: edit(repository, "kind: HelmRepository", "kind: HelmRepo"), at: repository + ":2", path: "apiVersion", says: "HelmRepo;"},
		defect{name: "where the chart comes from", breakIt: edit(release, "sourceRef:", "sourceReff:"), at: release + ":31", path: "spec.chart.spec.sourceReff", says: "did you mean"},
		defect{name: "whose values it takes", breakIt: all(edit(release, "valuesFrom:", "valueFrom:"), edit(pre, "  valuesFrom:\n  - kind: ConfigMap\n    name: gpu-operator-values\n", "")), at: release + ":35", path: "spec.valueFrom", says: "did you mean"},
		defect{name: "whom it waits for", breakIt: edit(release, "dependsOn:", "dependOn:"), at: release + ":24", path: "spec.dependOn", says: "did you mean"},
		defect{name: "the kind of a source", breakIt: edit(release, "kind: HelmRepository", "kind: HelmRepo"), at: release + ":32", path: "spec.chart.spec.sourceRef.kind", says: "not one of"},
		defect{name: "a default's name", breakIt: edit(release, "  timeout: 15m", "  time: 15m"), at: release + ":9", path: "spec.time", says: "no such field"},
		defect{name: "the alias of a source", mode: "oci", breakIt: edit(generator, "alias: bundle", "alais: bundle"), at: generator + ":9", path: "spec.sources[0].alais", says: "did you mean"},
		defect{name: "the artifacts of a generator", mode: "oci", breakIt: edit(generator, "  artifacts:", "  artefacts:"), at: generator + ":12", path: "spec.artefacts", says: "did you mean"},
		defect{name: "the type of a source", breakIt: edit(repository, "  url: https:", "  type: {}\n  url: oci:"), at: repository + ":9", path: "spec.type", says: "type string"},
		defect{name: "a version that Flux lacks", breakIt: edit(repository, "io/v1", "io/v3"), at: repository + ":2", path: "apiVersion", says: "the version is v1"},
	)
}

func TestSchemaNotesWhatItHasNot(t *testing.T) {
	bundle := load(t, "git")
	add("update.yaml", "apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImageUpdateAutomation\nmetadata: {name: a, namespace: flux-system}\n")(t, bundle)
	edit(listing, "resources:\n", "resources:\n- update.yaml\n")(t, bundle)
	report := passes(t, bundle, verify.Options{})
	if !strings.Contains(strings.Join(report.NotSeen, "\n"), "image.toolkit.fluxcd.io/v1 ImageUpdateAutomation") {
		t.Errorf("the kind is not noted:\n%s", list(report))
	}
}
