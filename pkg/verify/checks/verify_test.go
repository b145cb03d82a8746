package checks_test

import (
	"os"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestGoodBundles(t *testing.T) {
	for _, mode := range []string{"git", "oci"} {
		t.Run(mode, func(t *testing.T) {
			report := passes(t, os.DirFS("testdata/"+mode), verify.Options{})
			if report.Objects != 7 || report.Releases != 3 {
				t.Errorf("%d objects and %d releases, want 7 and 3", report.Objects, report.Releases)
			}
		})
	}
}
