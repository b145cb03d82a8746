package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestChartPath(t *testing.T) {
	const chart = "chart: ./bundle/gpu-operator-pre"
	second := all(
		add("more/Chart.yaml", "apiVersion: v2\nname: more\nversion: 0.1.0-habc\n"),
		add("more/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n"),
		add("more/helmrelease.yaml", `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: more, namespace: flux-system}
spec:
  interval: 30m
  timeout: 15m
  releaseName: more
  targetNamespace: more
  storageNamespace: more
  install: {createNamespace: true, crds: CreateReplace, strategy: {name: RetryOnFailure, retryInterval: 2m}}
  upgrade: {crds: CreateReplace, strategy: {name: RetryOnFailure, retryInterval: 2m}}
  chart:
    spec:
      chart: ./other/more
      version: 0.1.0-habc
      sourceRef: {kind: GitRepository, name: github-com-acme-clusters}
`),
		add("more/.helmignore", "helmrelease.yaml\n"),
		edit(listing, "resources:", "resources:\n- more/helmrelease.yaml"),
	)
	each(t, "chart-path",
		defect{name: "another directory", breakIt: edit(pre, chart, "chart: ./bundle/gpu-operator"), at: pre + ":28", path: "spec.chart.spec.chart", says: "the bundle has gpu-operator-pre"},
		defect{name: "a directory that there is not", breakIt: edit(pre, chart, "chart: ./bundle/elsewhere"), at: pre + ":28", says: "the bundle has gpu-operator-pre"},
		defect{name: "no chart", breakIt: remove(chartYAML), at: pre + ":28", says: "no directory of the bundle with a Chart.yaml"},
		defect{
			name: "the bundle lies elsewhere", breakIt: edit(listing, "#", "##"), options: verify.Options{RepositoryPath: "clusters/a"},
			at: pre + ":28", says: `as if the bundle lay in "bundle", and it lies in "clusters/a"`,
		},
		defect{name: "two places", breakIt: second, at: "more/helmrelease.yaml:14", says: `as if the bundle lay in "other", and HelmRelease flux-system/gpu-operator-pre looks as if it lay in "bundle"`},
	)
}

func TestChartPathOfTheRepository(t *testing.T) {
	passes(t, load(t, "git"), verify.Options{RepositoryPath: "./bundle/"})
}

// TestChartOfSomebodyElse wants a note, and no complaint, for a chart from a repository that has
// nothing to do with the bundle.
func TestChartOfSomebodyElse(t *testing.T) {
	bundle := load(t, "git")
	edit(gitSource, "metadata:\n  name: github-com-acme-clusters", "metadata:\n  name: podinfo")(t, bundle)
	edit(pre, "name: github-com-acme-clusters", "name: podinfo")(t, bundle)
	edit(pre, "chart: ./bundle/gpu-operator-pre", "chart: ./charts/podinfo")(t, bundle)
	for file := range bundle {
		if strings.HasPrefix(file, "gpu-operator-pre/") && file != pre {
			delete(bundle, file)
		}
	}
	report := passes(t, bundle, verify.Options{})
	if !strings.Contains(strings.Join(report.NotSeen, "\n"), "GitRepository flux-system/podinfo seems to be another repository") {
		t.Errorf("want a note, got %q", report.NotSeen)
	}
}
