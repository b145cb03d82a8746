package helmchart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"

	"helm.sh/helm/v4/pkg/chart/loader/archive"

	"github.com/aicr-flux/aicr/pkg/localformat"
)

const (
	// maxNesting bounds charts inside charts.
	maxNesting = 8
	// maxFiles bounds the files of a chart: empty ones would slip through a bound of bytes.
	maxFiles = 20_000
)

// budget is what a chart may still hold, with all charts inside it.
type budget struct {
	bytes int64
	files int
}

func newBudget() *budget { return &budget{bytes: localformat.MaxChartUnpacked, files: maxFiles} }

func (b *budget) take(name string, size int64) error {
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

// unpack reads a packed chart. Helm's reader keeps paths inside the chart; it is let loose only after the sizes are
// known, because its own bounds count no files.
func unpack(tgz []byte, b *budget) ([]*archive.BufferedFile, error) {
	z, err := gzip.NewReader(bytes.NewReader(tgz))
	if err != nil {
		return nil, fail(KindChart, "it is not a gzip archive: %s", err)
	}
	for entries := tar.NewReader(z); ; {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fail(KindChart, "the archive cannot be read: %s", err)
		}
		if err := b.take(header.Name, header.Size); err != nil {
			return nil, err
		}
	}
	files, err := archive.LoadArchiveFiles(bytes.NewReader(tgz))
	if err != nil {
		return nil, fail(KindChart, "the archive cannot be read: %s", err)
	}
	return files, nil
}

// expand puts the files of each archive in charts/ in its place, so that a chart is unpacked only once and its bounds
// hold for everything in it. Helm takes a directory in charts/ for the same chart as an archive.
func expand(files []*archive.BufferedFile, b *budget, depth int) ([]*archive.BufferedFile, error) {
	if depth == 0 {
		return nil, fail(KindChart, "charts are nested more than %d deep", maxNesting)
	}
	all := make([]*archive.BufferedFile, 0, len(files))
	for _, file := range files {
		if err := b.take(file.Name, int64(len(file.Data))); err != nil {
			return nil, err
		}
		if !isPackedChart(file.Name) {
			all = append(all, file)
			continue
		}
		unpacked, err := unpack(file.Data, newBudget())
		if err == nil {
			unpacked, err = expand(unpacked, b, depth-1)
		}
		if err != nil {
			return nil, within(file.Name, err)
		}
		for _, inner := range unpacked {
			inner.Name = file.Name + packedMark + inner.Name
			all = append(all, inner)
		}
	}
	return all, nil
}

// packedMark stands between an archive and what is in it. No directory of the chart can have this name: Helm would take it
// for an archive without the tilde.
const packedMark = "~/"

// isPackedChart tells whether Helm looks for a packed chart in the file: charts/a.tgz, charts/b/charts/c.tgz.
func isPackedChart(name string) bool {
	segments := strings.Split(name, "/")
	if len(segments)%2 != 0 || !strings.HasSuffix(name, ".tgz") {
		return false
	}
	for i := 0; i < len(segments); i += 2 {
		if segments[i] != "charts" || strings.IndexAny(segments[i+1], "_.") == 0 {
			return false
		}
	}
	return true
}

// within names the chart inside a chart that an error is about.
func within(name string, err error) error {
	var e *Error
	if errors.As(err, &e) {
		return fail(e.Kind, "%s: %s", name, e.Message)
	}
	return err
}
