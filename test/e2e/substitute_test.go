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
