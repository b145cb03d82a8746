package aicr_test

import (
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/test/corpus"
)

func TestScratch(t *testing.T) {
	for _, rec := range corpus.Recipes1x(t) {
		in, _ := resolve(t, aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}})
		dir := tree(t, foreignBundle(t, in))
		report, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: dir})
		if err != nil && errors.CodeOf(err) != errors.ErrCodeVerificationFailed {
			t.Fatal(err)
		}
		counts := map[string]int{}
		for _, f := range report.Findings {
			if f.Severity == verify.SeverityError || counts[f.Check] == 0 {
				t.Logf("%s %s %s: %s", f.Severity, f.Check, f.Place, f.Message)
			}
			counts[f.Check]++
		}
		t.Log(rec.Name, counts, report.NotSeen)
	}
}
