package e2e_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/corpus"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// limitedPods lets the API server take critical pods as GKE does: only where a quota allows them.
const limitedPods = `apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
  - name: ResourceQuota
    configuration:
      apiVersion: apiserver.config.k8s.io/v1
      kind: ResourceQuotaConfiguration
      limitedResources:
        - resource: pods
          matchScopes:
            - {scopeName: PriorityClass, operator: In, values: [system-node-critical, system-cluster-critical]}
`

// On GKE the quota that the operator's pods need is there before the operator is.
func TestGKEQuota(t *testing.T) {
	recipes := corpus.Recipes(t)
	i := slices.IndexFunc(recipes, func(r corpus.Recipe) bool { return strings.HasPrefix(r.Name, "gke-") })
	if i < 0 {
		t.Fatal("the corpus has no recipe for GKE")
	}
	admission := filepath.Join(t.TempDir(), "admission.yaml")
	if err := os.WriteFile(admission, []byte(limitedPods), 0o600); err != nil {
		t.Fatal(err)
	}
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{
		RequeueDependency: 2 * time.Second,
		Args:              map[string][]string{cluster.APIServer: {"--admission-control-config-file=" + admission}},
	}})
	pod := corev1.PodSpec{PriorityClassName: "system-node-critical", Containers: []corev1.Container{{Name: "c", Image: "example.com/c"}}}
	err := s.Client.Create(t.Context(), &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "critical", Namespace: "default"}, Spec: pod})
	if err == nil || !strings.Contains(err.Error(), "insufficient quota") {
		t.Fatalf("a critical pod where no quota allows it: %v", err)
	}
	o := aicr.BundleOptions{Recipe: recipes[i].File, Data: []string{recipes[i].Data}, Options: deployer.Options{Ordering: "graph"}}
	input, _, err := aicr.Resolve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	const operator = "gpu-operator"
	for _, ref := range input.Recipe.ComponentRefs {
		if ref.Name == operator {
			s.Charts.Add(ref.Source, scenario.Chart{Name: ref.Chart, Version: ref.Version, Critical: true})
		}
	}
	b := s.BundleWith(o, scenario.Chart{Instant: true})
	s.Rollout(b)
	s.InOrder(b)
	namespace := s.Releases()[operator].GetReleaseNamespace()
	var quota corev1.ResourceQuota
	if !s.There(&quota, namespace, "aicr-gke-critical-pods") {
		t.Fatal("there is no quota")
	}
	if used := quota.Status.Used[corev1.ResourcePods]; used.Value() != 1 {
		t.Errorf("the quota counts %v pods, want that of the operator", used.String())
	}
	s.Checked("the quota of %s is there before the operator, whose critical pods are refused elsewhere", recipes[i].Name)
}
