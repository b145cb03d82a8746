package e2e_test

import (
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// What changes in the life of a bundle touches the releases that it is about, and these once: a
// dynamic value, a manifest, and components that are no longer wanted.
func TestLife(t *testing.T) {
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
	const operator = "{name: operator, namespace: operator, $charts, version: 1.0.0, overrides: {replicas: 2}, dependencyRefs: [base], manifestFiles: [policy.yaml]}"
	components := []string{
		"{name: base, namespace: base, $charts, version: 1.0.0, overrides: {port: 1, name: base}}", operator,
		"{name: app, namespace: app, $charts, version: 1.0.0, dependencyRefs: [operator]}",
		"{name: side, namespace: side, $charts, version: 1.0.0}",
	}
	bundle := func(mode string) *scenario.Bundle {
		return s.Bundle(aicr.BundleOptions{
			Recipe: s.Recipe(strings.Join(components, "\n"), map[string]string{
				"policy.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: policy}\ndata: {mode: " + mode + ", replicas: '{{ .Values.operator.replicas }}'}\n",
			}),
			DynamicValues: map[string][]string{"base": {"port"}},
			Options:       deployer.Options{Ordering: "graph"},
		})
	}
	b := bundle("old")
	s.Rollout(b)
	s.ValuesAsMeant(b)

	before := s.Revisions()
	s.Git.Replace(scenario.BundlePath+"/base/configmap-values.yaml", "port: 1", "port: 2")
	s.Deliver(b)
	s.UpgradedOnce(before, "base")
	edited := map[string]any{"port": 2, "name": "base"}
	s.SameValues("base", edited)
	s.Checked("a dynamic value edited in Git upgrades its release, once")

	before = s.Revisions()
	s.Rollout(bundle("new"))
	s.UpgradedOnce(before, "operator-post")
	s.SameValues("base", edited)
	var cm corev1.ConfigMap
	if !s.There(&cm, "operator", "policy") || cm.Data["mode"] != "new" || cm.Data["replicas"] != "2" {
		t.Errorf("the manifest has %v", cm.Data)
	}
	s.Checked("a manifest edited in the data upgrades its release, once; the edited value stays")

	before = s.Revisions()
	delete(before, "operator")
	delete(before, "operator-post")
	components[1], components[2] = "", strings.Replace(components[2], "operator", "base", 1)
	s.Rollout(bundle("new"))
	s.Uninstalled("operator", "operator-post")
	s.UpgradedOnce(before)
	if s.There(&appsv1.Deployment{}, "operator", "operator") || s.There(&corev1.ConfigMap{}, "operator", "policy") {
		t.Error("what the component has installed is there")
	}
	var ns corev1.Namespace
	if !s.There(&ns, "", "operator") || ns.Status.Phase != corev1.NamespaceActive {
		t.Errorf("the namespace of the component is %q", ns.Status.Phase)
	}
	s.Checked("a component that is gone, and on which another depended, is uninstalled with its manifests; the others stay as they are, and so does its namespace")
}
