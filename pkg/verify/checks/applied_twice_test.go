package checks_test

import (
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestAppliedTwice(t *testing.T) {
	each(t, "applied-twice", defect{
		name: "two Kustomizations", breakIt: func(*testing.T, fstest.MapFS) {}, options: verify.Options{Appliers: []string{"flux-system (a.yaml)", "aicr (b.yaml)"}},
		at: listing, says: "flux-system (a.yaml) and aicr (b.yaml) apply it in the same cluster",
	})
	passes(t, load(t, "git"), verify.Options{Appliers: []string{"aicr (b.yaml)"}})
}
