package e2e_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// shellLike is what substitution would rewrite, refuse or empty, and what it knows.
const shellLike = "${CLUSTER} ${UNKNOWN} ${UNKNOWN:=x} $$(echo) ${a.b}"

// What looks like a variable in values and manifests arrives as it stands where the cluster
// substitutes variables, strictly.
func TestSubstitution(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{"Git": "", "OCI": "aicr-bundle"} {
		t.Run(name, func(t *testing.T) {
			s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
			b := s.Bundle(aicr.BundleOptions{
				Recipe: s.Recipe("{name: app, namespace: app, $charts, version: 1.0.0, valuesFile: values.yaml, manifestFiles: [script.yaml]}", map[string]string{
					"values.yaml": "inline: '" + shellLike + "'\nexpression: ${{ secrets.x }}\ndynamic: '" + shellLike + "'\n",
					"script.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: script}\ndata:\n  text: '" + shellLike + "'\n  value: {{ .Values.app.inline | quote }}\n",
				}),
				DynamicValues: map[string][]string{"app": {"dynamic"}},
				Options:       deployer.Options{OCISourceName: source},
			})
			s.Git.Replace(scenario.SyncPath, "  prune: true\n", "  prune: true\n  postBuild: {substitute: {CLUSTER: prod}}\n")
			s.Rollout(b)
			s.ValuesAsMeant(b)
			var cm corev1.ConfigMap
			if !s.There(&cm, "app", "script") || cm.Data["text"] != shellLike || cm.Data["value"] != shellLike {
				t.Errorf("the manifest has %q", cm.Data)
			}
			s.Checked("what looks like a variable arrives as it stands, inline, dynamic and in a manifest")
		})
	}
}

// Variables of chosen values are filled in for each cluster, the text beside them arrives as it stands,
// and another value upgrades the releases that read it, once.
func TestVariables(t *testing.T) {
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
	b := s.Bundle(aicr.BundleOptions{
		Recipe: s.Recipe("{name: app, namespace: app, $charts, version: 1.0.0, valuesFile: values.yaml, manifestFiles: [script.yaml]}\n{name: other, namespace: app, $charts, version: 1.0.0}", map[string]string{
			"values.yaml": "cluster: {name: '${CLUSTER} in ${REGION:=eu}', price: 5$}\ninline: '" + shellLike + "'\n",
			"script.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: script}\ndata:\n  text: '" + shellLike + "'\n  value: {{ .Values.app.cluster.name | quote }}\n",
		}),
		SubstitutedValues: map[string][]string{"app": {"cluster"}},
		Publish:           aicr.Publish{Sync: aicr.Sync{Substitute: map[string]string{"CLUSTER": "prod"}}},
	})
	s.Rollout(b)
	arrived := func(name string) {
		t.Helper()
		s.SameValues("app", map[string]any{"cluster": map[string]any{"name": name, "price": "5$"}, "inline": shellLike})
		var cm corev1.ConfigMap
		if !s.There(&cm, "app", "script") || cm.Data["text"] != shellLike || cm.Data["value"] != name {
			t.Errorf("the manifest has %q", cm.Data)
		}
	}
	arrived("prod in eu")
	s.Checked("variables are filled in, and what only looks like one is not")

	before := s.Revisions()
	s.Git.Replace(scenario.SyncPath, "CLUSTER: prod\n", "CLUSTER: test\n      REGION: us\n")
	s.Deliver(b)
	s.UpgradedOnce(before, "app", "app-post")
	arrived("test in us")
	s.Checked("another value upgrades what reads it, once")
}
