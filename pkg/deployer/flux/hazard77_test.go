package flux_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	corev1 "k8s.io/api/core/v1"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
)

// resolved is what helm-controller does with valuesFrom before it looks at anything else: a ConfigMap
// or a key that is not there stops the release.
func resolved(t *testing.T, hr *helmv2.HelmRelease, cluster fs.FS) error {
	t.Helper()
	var missing []error
	for _, from := range hr.Spec.ValuesFrom {
		cm := readAs[corev1.ConfigMap](t, cluster, editable)
		if _, ok := cm.Data[from.GetValuesKey()]; from.Name != cm.Name || !ok {
			missing = append(missing, fmt.Errorf("%s has no key %s", from.Name, from.GetValuesKey()))
		}
	}
	return errors.Join(missing...)
}

// In Git mode the ConfigMap of dynamic values arrives before the HelmRelease, and wakes the one that
// is there, which would upgrade with new dynamic values and the rest of before.
func TestHazard77_DynamicValuesWaitForTheRest(t *testing.T) {
	_, before, _ := proved(t, dynamicGPU("1", "a"))
	vendored := dynamicGPU("1", "a")
	vendored.VendorCharts, vendored.Puller = true, stubPuller{t}
	for name, after := range map[string]*flux.Generator{
		"another value": dynamicGPU("2", "a"), "another path": dynamicGPU("1", "a", "b"), "without a value": dynamicGPU("1", "a", "d"), "vendored": vendored,
	} {
		t.Run(name, func(t *testing.T) {
			_, after, _ := proved(t, after)
			if resolved(t, helmRelease(t, before, "gpu"), after) == nil {
				t.Error("the release of before takes the new ConfigMap")
			}
			if err := resolved(t, helmRelease(t, after, "gpu"), after); err != nil {
				t.Error(err)
			}
		})
	}
	edited := *before[editable]
	edited.Data = []byte(strings.Replace(string(edited.Data), `a: "1"`, `a: "edited"`, 1))
	before[editable] = &edited
	if err := resolved(t, helmRelease(t, before, "gpu"), before); err != nil {
		t.Errorf("an edit in Git stops the release: %v", err)
	}
}
