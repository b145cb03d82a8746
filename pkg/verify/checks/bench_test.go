package checks_test

import (
	"fmt"
	"testing"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/test/corpus"
)

// BenchmarkVerify is the largest bundle of the corpus: with every check, and with those that run
// before a bundle is written.
func BenchmarkVerify(b *testing.B) {
	rec := corpus.Largest(b)
	for _, form := range []string{"git", "oci", "vendored"} {
		o := forms[form]
		o.Recipe, o.Data = rec.File, []string{rec.Data}
		files, err := render(b, o)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(form, func(b *testing.B) { verifyFiles(b, files, verify.Options{}) })
		b.Run(form+"-quick", func(b *testing.B) { verifyFiles(b, files, verify.Options{Quick: true}) })
	}
}

// BenchmarkVerifyReleases says whether the cost grows with the bundle and not faster: upstream
// charts, and local ones.
func BenchmarkVerifyReleases(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		files := manyReleases(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			verifyFiles(b, files, verify.Options{})
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/release")
		})
	}
}

func verifyFiles(b *testing.B, files *bundle.Files, o verify.Options) {
	b.Helper()
	b.ReportAllocs()
	fsys := files.FS()
	for b.Loop() {
		report, err := verify.Bundle(b.Context(), fsys, o)
		if err != nil {
			b.Fatal(err)
		}
		if report.Worst(verify.SeverityError) {
			b.Fatal(list(report))
		}
	}
}
