package e2e_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// Where Flux has the feature gate that the bundle names, a fix does not wait for the timeout of an
// install that hangs, which is a quarter of an hour: this scenario gives up long before.
func TestHazard82_AFixReachesAnInstallThatHangs(t *testing.T) {
	const gate = "--feature-gates=CancelHealthCheckOnNewRevision=true"
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{Args: map[string][]string{
		cluster.HelmController: {gate}, cluster.KustomizeController: {gate},
	}}})
	s.Charts.Add(scenario.ChartSource, scenario.Chart{Name: "driver", Version: "1.0.0", Files: map[string]string{"templates/pod.yaml": `apiVersion: v1
kind: Pod
metadata: {name: driver}
spec:
  nodeSelector: {wrong: label}
  containers: [{name: driver, image: registry.example.com/driver:1}]
`}})
	s.Charts.Add(scenario.ChartSource, scenario.Chart{Name: "driver", Version: "1.0.1"})
	bundle := func(version string) *scenario.Bundle {
		return s.Bundle(aicr.BundleOptions{
			Recipe: s.Recipe(`{name: driver, namespace: driver, $charts, version: `+version+`}
				{name: app, namespace: app, $charts, version: 1.0.0, dependencyRefs: [driver]}`, nil),
			Options: deployer.Options{Ordering: "graph"},
		})
	}
	s.Deliver(bundle("1.0.0"))
	s.Until("an install that hangs", &corev1.PodList{}, func(objects scenario.Objects) string {
		if objects["driver"] == nil {
			return "the pod of driver is not there"
		}
		return ""
	}, client.InNamespace("driver"))
	s.Rollout(bundle("1.0.1"))
	s.Checked("with CancelHealthCheckOnNewRevision a fix reaches an install that hangs, and what waits for it follows")
}
