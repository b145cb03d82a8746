package checks_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/test/charttest"
)

// wanted are the values without which charts do not render.
var wanted = map[string]string{
	"aws-load-balancer-controller": "clusterName: a",
	"dra-driver-nvidia-gpu":        "gpuResourcesEnabledOverride: true",
	"loki":                         "loki: {useTestSchema: true, storage: {bucketNames: {chunks: a, ruler: a, admin: a}}}",
	"opentelemetry-collector":      "mode: deployment, image: {repository: a}",
	"opentelemetry-operator":       "manager: {collectorImage: {repository: a}}",
}

// TestPublicChartsPass installs each public chart with its own values: all must render, and none
// may have an error.
func TestPublicChartsPass(t *testing.T) {
	if testing.Short() {
		t.Skip("many charts: not with -short")
	}
	charts := charttest.Public(t)
	for _, file := range slices.Sorted(maps.Keys(charts)) {
		t.Run(file, func(t *testing.T) {
			loaded, failure := chart.Load(chart.Package{Archive: charts[file]})
			if failure != nil {
				t.Fatal(failure.Message)
			}
			report := verifyAll(t, installing(loaded), verify.Options{Puller: oneChart(charts[file])})
			rendered := !slices.ContainsFunc(report.Findings, func(f verify.Finding) bool { return f.Check == "chart-render" })
			if !rendered || report.Worst(verify.SeverityError) {
				t.Errorf("%s %s:\n%s", loaded.Name, loaded.Version, list(report))
			}
		})
	}
}

// installing is a bundle that installs the chart.
func installing(c *chart.Loaded) fstest.MapFS {
	bundle := fstest.MapFS{}
	put(bundle, listing, "resources: [repo.yaml, release.yaml]\n")
	put(bundle, "repo.yaml", "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: charts, namespace: flux-system}\nspec: {interval: 1h, url: 'https://charts.example.com'}\n")
	put(bundle, "release.yaml", fmt.Sprintf(`apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: app, namespace: flux-system}
spec:
  interval: 30m
  timeout: 15m
  releaseName: app
  targetNamespace: app
  storageNamespace: app
  install: {createNamespace: true, crds: CreateReplace, strategy: {name: RetryOnFailure}}
  upgrade: {crds: CreateReplace, strategy: {name: RetryOnFailure}}
  chart: {spec: {chart: %s, version: %q, sourceRef: {kind: HelmRepository, name: charts}}}
  values: {%s}
`, c.Name, c.Version, wanted[c.Name]))
	return bundle
}

// oneChart answers with itself.
type oneChart []byte

func (c oneChart) Pull(_ context.Context, of localformat.Component) (tgz []byte, rec localformat.VendorRecord, tarball string, err error) {
	return c, localformat.VendorRecord{}, fmt.Sprintf("%s-%s.tgz", of.ChartName, of.Version), nil
}
