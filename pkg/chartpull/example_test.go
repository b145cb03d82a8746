package chartpull_test

import (
	"context"
	"fmt"

	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// What helm could read as a flag is refused, with helm and without, before anything runs.
func ExamplePuller() {
	puller := &chartpull.Puller{ChartPull: config.ChartPull{NoCache: true}}
	_, _, _, err := puller.Pull(context.Background(), localformat.Component{
		Name: "gpu-operator", Repository: "https://helm.example.com/charts", ChartName: "--post-renderer", Version: "v25.3.0",
	})
	fmt.Println(errors.CodeOf(err))
	// Output: INVALID_REQUEST
}

func ExampleVerifyProvenance() {
	lock := []byte(`apiVersion: aicr.run/v1alpha2
kind: BundleProvenance
vendoredCharts:
- name: web
  chart: web
  version: 1.2.3
  repository: https://helm.example.com/charts
  sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
  tarballName: web-1.2.3.tgz
  pullerVersion: ` + chartpull.PullerVersion)
	pulled := localformat.VendorRecord{Name: "web", Chart: "web", Version: "1.2.3", SHA256: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"}
	fmt.Println(errors.CodeOf(chartpull.VerifyProvenance(lock, []localformat.VendorRecord{pulled})))
	// Output: UNAUTHORIZED
}
