package e2e_test

import (
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// Charts that cannot be installed before something of the cluster is there: "lookup" does not
// render, and Helm keeps nothing of it; "refused" is kept as failed, and the next try upgrades it.
var failing = map[string]string{
	"lookup":  `{{ if not (lookup "v1" "Namespace" "" "later") }}{{ fail "not yet" }}{{ end }}`,
	"refused": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: refused, namespace: later}\n",
}

// An install that fails is tried again, and what waits for it follows, without anybody's help.
func TestInstallRecovers(t *testing.T) {
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
	for name, template := range failing {
		s.Charts.Add(scenario.ChartSource, scenario.Chart{Name: name, Version: "1.0.0", Files: map[string]string{"templates/failing.yaml": template}})
	}
	b := s.Bundle(aicr.BundleOptions{
		Recipe: s.Recipe(`{name: lookup, namespace: lookup, $charts, version: 1.0.0}
			{name: refused, namespace: refused, $charts, version: 1.0.0}
			{name: app, namespace: app, $charts, version: 1.0.0, dependencyRefs: [lookup, refused]}`, nil),
		Options: deployer.Options{Ordering: "graph", Settings: deployer.Settings{RetryInterval: 2 * time.Second}},
	})
	kustomization, revision := s.Deliver(b)
	s.Until("failures", &helmv2.HelmReleaseList{}, func(objects scenario.Objects) string {
		for name := range failing {
			release, ok := objects[name].(*helmv2.HelmRelease)
			if !ok || release.Status.Failures < 2 {
				return name + " has not failed twice"
			}
		}
		return ""
	})
	if n := s.Revisions()["app"]; n != 0 {
		t.Errorf("app is at revision %d, and what it depends on is not there", n)
	}
	s.Create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "later"}})
	s.Ready(kustomization, revision, b.Releases()...)
	s.InOrder(b)
	revisions := s.Revisions()
	s.Checked("two installs that fail twice and more recover alone, one of nothing (revision %d), one of a failed release (revision %d)", revisions["lookup"], revisions["refused"])
	s.Checked("what waits for them follows")
}
