package checks_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestChartUnused(t *testing.T) {
	each(t, "chart-unused",
		defect{name: "without a release", breakIt: add("lost/Chart.yaml", "apiVersion: v2\nname: lost\nversion: 0.1.0-habc\n"), at: "lost/Chart.yaml", says: "no release", warning: true},
		defect{name: "beside a release from elsewhere", breakIt: add("gpu-operator/Chart.yaml", "apiVersion: v2\nname: gpu-operator\nversion: 0.1.0-habc\n"), at: "gpu-operator/Chart.yaml", says: "no release", warning: true},
	)
}

// TestChartOfAReleaseThatCannotBeRead wants no word on the chart where its release may just be
// broken.
func TestChartOfAReleaseThatCannotBeRead(t *testing.T) {
	bundle := load(t, "git")
	edit(pre, "spec:", "spec: [")(t, bundle)
	passes(t, bundle, verify.Options{Skip: []string{"yaml-syntax"}})
}
