package rollout_test

import (
	"context"
	"fmt"
	"os"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// What a bundle installs, in which order, and from where.
func Example() {
	r, err := rollout.Read(context.Background(), os.DirFS("../verify/checks/testdata/git"), rollout.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, wave := range r.Graph().Waves() {
		for _, release := range wave {
			source := r.ChartSource(release, "")
			fmt.Printf("wave %d: %s into %s, chart %s of %s\n", i+1, release.Name, release.TargetNamespace, release.Chart, source)
		}
	}
	// Output:
	// wave 1: cert-manager into cert-manager, chart cert-manager of https://charts.jetstack.io
	// wave 2: gpu-operator-pre into gpu-operator, chart ./bundle/gpu-operator-pre of the bundle
	// wave 3: gpu-operator into gpu-operator, chart gpu-operator of https://helm.ngc.nvidia.com/nvidia
}

// The values that Helm gets for a release, of all places that its HelmRelease names.
func ExampleRollout_Compose() {
	r, err := rollout.Read(context.Background(), os.DirFS("../verify/checks/testdata/git"), rollout.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, release := range r.Releases {
		values, problems := r.Compose(release)
		fmt.Println(release.Name, values, problems)
	}
	// Output:
	// cert-manager map[crds:map[enabled:true]] []
	// gpu-operator-pre map[gpu-operator:map[priority:system-node-critical quota:4]] []
	// gpu-operator map[gpu-operator:map[priority:system-node-critical quota:1]] []
}
