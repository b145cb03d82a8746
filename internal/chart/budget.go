package chart

import (
	"archive/tar"
	"compress/gzip"
	"io"
	"path"

	"github.com/aicr-flux/aicr/pkg/localformat"
)

// maxFiles bounds the files of a chart: empty ones would slip through a bound of bytes.
const maxFiles = 20_000

// budget is what a chart may still hold, with all charts inside it. Helm's loader bounds each
// archive, and not what all of them are together.
type budget struct {
	bytes int64
	files int
}

func newBudget() *budget { return &budget{bytes: localformat.MaxChartUnpacked, files: maxFiles} }

// take counts a file.
func (b *budget) take(name string, size int64) *Error {
	b.bytes -= size
	b.files--
	switch {
	case size > localformat.MaxChartFile:
		return fail(KindSize, "the chart's file %q has %.1f MiB, and helm-controller reads at most 5 MiB a file of a chart; make it smaller",
			name, float64(size)/(1<<20))
	case b.bytes < 0:
		return fail(KindSize, "the chart has more than %d MiB, Helm's limit; make it smaller", localformat.MaxChartUnpacked>>20)
	case b.files < 0:
		return fail(KindSize, "the chart has more than %d files; make it smaller", maxFiles)
	}
	return nil
}

// takePacked counts what is in a packed chart, and in the charts packed in that. What cannot be
// read is left to Helm, which says so.
func (b *budget) takePacked(name string, tgz io.Reader) *Error {
	z, err := gzip.NewReader(tgz)
	if err != nil {
		return nil
	}
	seen := map[string]bool{}
	for entries := tar.NewReader(z); ; {
		header, err := entries.Next()
		if err != nil {
			return nil
		}
		inside := path.Join(name, header.Name) //nolint:gosec // a name for messages; nothing is unpacked
		if err := b.take(inside, header.Size); err != nil {
			return err
		}
		if header.Typeflag == tar.TypeReg && seen[inside] {
			return fail(KindChart, "the archive has the file %q twice, and programs differ in which one they read; pack the chart again", inside)
		}
		seen[inside] = true
		if isPacked(header.Name) {
			if err := b.takePacked(inside, entries); err != nil {
				return err
			}
		}
	}
}

// isPacked reports whether Helm looks for a packed chart in the file, such as charts/a.tgz.
func isPacked(name string) bool {
	return path.Ext(name) == ".tgz" && path.Base(path.Dir(name)) == "charts"
}
