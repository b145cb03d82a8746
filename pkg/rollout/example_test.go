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
	for _, s := range r.Summaries() {
		fmt.Printf("%s into %s: chart %s %s of %s, after %v\n", s.Name, s.Namespace, s.Chart, s.Version, s.Source, s.DependsOn)
	}
	// Output:
	// cert-manager into cert-manager: chart cert-manager 1.17.2 of https://charts.jetstack.io, after []
	// gpu-operator-pre into gpu-operator: chart gpu-operator-pre 0.1.0-h1a2b3c4d5e6f of local, after [cert-manager]
	// gpu-operator into gpu-operator: chart gpu-operator 25.3.0 of https://helm.ngc.nvidia.com/nvidia, after [gpu-operator-pre]
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
