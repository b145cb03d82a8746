package e2e_test

import (
	"testing"
	"time"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	corev1 "k8s.io/api/core/v1"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// One commit brings a chart with a new version of its CRD, and a manifest of that version: both are
// upgraded at the first try, the manifest after the chart.
func TestCRDBump(t *testing.T) {
	t.Parallel()
	for name, vendored := range map[string]bool{"plain": false, "vendored": true} {
		t.Run(name, func(t *testing.T) {
			s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
			s.Charts.Add(scenario.ChartSource, scenario.Chart{Name: "operator", Version: "1.0.0", CRDs: []*apiextensions.CustomResourceDefinition{widgets("v1alpha1")}})
			s.Charts.Add(scenario.ChartSource, scenario.Chart{Name: "operator", Version: "2.0.0", CRDs: []*apiextensions.CustomResourceDefinition{widgets("v1alpha1", "v1")}})
			bundle := func(chart, widget string) *scenario.Bundle {
				return s.Bundle(aicr.BundleOptions{
					Recipe: s.Recipe("{name: base, namespace: base, $charts, version: 1.0.0}\n"+
						"{name: operator, namespace: operator, $charts, version: "+chart+", dependencyRefs: [base], manifestFiles: [widget.yaml]}\n"+
						"{name: app, namespace: app, $charts, version: 1.0.0, dependencyRefs: [operator]}", map[string]string{
						"widget.yaml": "apiVersion: example.com/" + widget + "\nkind: Widget\nmetadata: {name: widget}\nspec: {of: " + widget + "}\n",
					}),
					Options: deployer.Options{Ordering: "graph", VendorCharts: vendored},
				})
			}
			s.Rollout(bundle("1.0.0", "v1alpha1"))
			before := s.Revisions()
			b := bundle("2.0.0", "v1")
			s.Rollout(b)
			s.UpgradedOnce(before, "operator", "operator-post")
			s.InOrder(b, "app") // nothing of it changes
			for name, release := range s.Releases() {
				if release.Status.Failures+release.Status.InstallFailures+release.Status.UpgradeFailures > 0 {
					t.Errorf("release %s failed before it was ready", name)
				}
				for _, event := range s.Events("HelmRelease", name) {
					if event.Type == corev1.EventTypeWarning {
						t.Errorf("release %s: %s", name, event.Message)
					}
				}
			}
			s.Checked("a chart with a new version of its CRD and a manifest of it, at the first try, once, in order")
			one := widget()
			found := s.There(one, "operator", "widget")
			if of, _, _ := unstructured.NestedString(one.Object, "spec", "of"); !found || of != "v1" {
				t.Errorf("the object is %v", one.Object)
			}
		})
	}
}

// widgets is a CRD of a kind that only the scenarios know, in versions of which the last is stored.
func widgets(versions ...string) *apiextensions.CustomResourceDefinition {
	kind := schema.GroupVersionKind{Group: "example.com", Version: versions[0], Kind: "Widget"}
	crd := cluster.AnyCRD(kind, apiextensions.NamespaceScoped)
	first := crd.Spec.Versions[0]
	crd.Spec.Versions = nil
	for i, version := range versions {
		next := *first.DeepCopy()
		next.Name, next.Storage = version, i == len(versions)-1
		crd.Spec.Versions = append(crd.Spec.Versions, next)
	}
	return crd
}
