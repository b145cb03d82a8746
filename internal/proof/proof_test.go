package proof

import (
	"os"
	"testing"
)

// TestCheck sees both modes of a bundle with the eyes of Helm.
func TestCheck(t *testing.T) {
	for _, mode := range []string{"git", "oci"} {
		report := Check(t, os.DirFS("../../pkg/verify/testdata/"+mode))
		if len(report.Objects) != 7 || len(report.Charts) != 1 || len(report.Charts[0].Manifests) != 1 {
			t.Fatalf("%s: %d objects, charts %+v", mode, len(report.Objects), report.Charts)
		}
		hard := report.Charts[0].Manifests[0].Object["spec"].(map[string]any)["hard"].(map[string]any)
		if hard["pods"] != "4" {
			t.Errorf("%s: the chart sees %v", mode, hard)
		}
	}
}
