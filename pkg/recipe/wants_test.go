package recipe_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/recipe"
)

func TestWants(t *testing.T) {
	constraints := recipe.Constraints([]byte(`
kind: RecipeResult
constraints:
  - {name: K8s.server.version, value: ">= 1.34"}
  - {name: OS.release.ID, value: ubuntu}
  - {name: OS.release.VERSION_ID, value: "24.04"}
  - {name: OS.sysctl./proc/sys/kernel/osrelease, value: ">= 6.8"}
  - {name: NodeTopology.gpu-nodes.label, value: "!gke-no-default-nvidia-gpu-device-plugin"}
  - {name: NodeTopology.gpu-nodes.label, value: pool=gpu}
  - {name: K8s.aks-gpu-pools.gpu-driver, value: None, remediation: make the pool without a driver}
  - {name: GPU.memory, value: ">= 80", unit: GiB}
`))
	want := []recipe.Want{
		{Text: "Kubernetes >= 1.34"}, {Text: "ubuntu 24.04 on the nodes"}, {Text: "Linux >= 6.8 on the nodes"},
		{Text: "GPU nodes without the label gke-no-default-nvidia-gpu-device-plugin"}, {Text: "GPU nodes with the label pool=gpu"},
		{Text: "K8s.aks-gpu-pools.gpu-driver None", Remedy: "make the pool without a driver"}, {Text: "GPU.memory >= 80 GiB"},
	}
	if diff := cmp.Diff(want, recipe.Wants(constraints)); diff != "" {
		t.Error("(-want +got)\n" + diff)
	}
	if got := recipe.Wants(constraints)[5].String(); got != "K8s.aks-gpu-pools.gpu-driver None (make the pool without a driver)" {
		t.Errorf("got %q", got)
	}
	if got := recipe.KubeVersion(constraints); got != ">= 1.34" {
		t.Errorf("Kubernetes is %q", got)
	}
	alone := []recipe.Constraint{{Name: "OS.release.VERSION_ID", Value: "24.04"}}
	if diff := cmp.Diff([]recipe.Want{{Text: "OS.release.VERSION_ID 24.04"}}, recipe.Wants(alone)); diff != "" {
		t.Error("(-want +got)\n" + diff)
	}
	if got := recipe.Constraints([]byte("constraints: 3")); got != nil || recipe.KubeVersion(nil) != "" {
		t.Errorf("got %v of what is no list", got)
	}
}
