package e2e_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// shippedNamespace is a namespace as a chart, or a manifest, ships it.
const shippedNamespace = `apiVersion: v1
kind: Namespace
metadata:
  name: shared
  labels: {pod-security.kubernetes.io/enforce: privileged}
  annotations: {helm.sh/resource-policy: keep}
`

// A chart or a manifest that ships the namespace of its component keeps the labels there when
// another release is installed into it, and when it is upgraded.
func TestShippedNamespace(t *testing.T) {
	t.Parallel()
	chart := map[string]string{"templates/namespace.yaml": shippedNamespace}
	for name, by := range map[string]struct {
		vendored  bool
		chart     map[string]string
		manifests string
		guest     string // its namespace
	}{
		"manifest":       {manifests: ", preManifestFiles: [namespace.yaml]", guest: "shared"},
		"vendored chart": {vendored: true, chart: chart, guest: "shared"},
		// What a chart has that is not in the bundle is not known when the bundle is made.
		"chart": {chart: chart, guest: "guest"},
	} {
		t.Run(name, func(t *testing.T) {
			s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
			for _, version := range []string{"1.0.0", "1.0.1"} {
				s.Charts.Add(scenario.ChartSource, scenario.Chart{Name: "shipper", Version: version, Files: by.chart})
			}
			for _, version := range []string{"1.0.0", "1.0.1"} {
				before := s.Revisions()
				b := s.Bundle(aicr.BundleOptions{
					Recipe: s.Recipe("{name: guest, namespace: "+by.guest+", $charts, version: 1.0.0}\n"+
						"{name: shipper, namespace: shared, $charts, version: "+version+by.manifests+", overrides: {v: "+version+"}}", map[string]string{
						"namespace.yaml": shippedNamespace,
					}),
					Options: deployer.Options{Ordering: "graph", VendorCharts: by.vendored},
				})
				s.Rollout(b)
				if len(before) > 0 {
					s.UpgradedOnce(before, "shipper")
				}
				var ns corev1.Namespace
				if !s.There(&ns, "", "shared") || ns.Labels["pod-security.kubernetes.io/enforce"] != "privileged" {
					t.Errorf("version %s: the namespace has the labels %v", version, slices.Sorted(maps.Keys(ns.Labels)))
				}
				if len(before) == 0 { // later the guest does not change, and is not upgraded
					s.InOrder(b)
				}
			}
			s.Checked("a namespace that a %s ships keeps its labels, beside a guest in namespace %s, and after an upgrade", name, by.guest)
		})
	}
}
