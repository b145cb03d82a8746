package localformat

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// maxNesting bounds charts inside charts.
const maxNesting = 8

// checkArchive reads a packed chart to its end and refuses what Helm would:
// files above its limit, in nested charts too, and what is no archive at all.
func checkArchive(tgz []byte) error {
	budget := int64(MaxChartUnpacked)
	return checkTar(bytes.NewReader(tgz), &budget, maxNesting)
}

func checkTar(packed io.Reader, budget *int64, depth int) error {
	if depth == 0 {
		return errors.Invalid("charts are nested more than %d deep", maxNesting)
	}
	z, err := gzip.NewReader(packed)
	if err != nil {
		return errors.Invalid("it is not a gzip archive: %s", err)
	}
	files := tar.NewReader(z)
	for n := 0; ; n++ {
		h, err := files.Next()
		switch {
		case err == io.EOF && n == 0:
			return errors.Invalid("it is empty")
		case err == io.EOF:
			return nil
		case err != nil:
			return errors.Invalid("it cannot be read: %s", err)
		case h.Size > MaxChartFile:
			return errors.Invalid("its file %q has %.1f MiB, and Helm reads at most 5 MiB a file of a chart", h.Name, float64(h.Size)/(1<<20))
		}
		if *budget -= h.Size; *budget < 0 {
			return errors.Invalid("it unpacks to more than %d MiB, Helm's limit", MaxChartUnpacked>>20)
		}
		if strings.Contains(h.Name, "/charts/") && strings.HasSuffix(h.Name, ".tgz") {
			if err := checkTar(files, budget, depth-1); err != nil {
				return errors.In(err, "%s", h.Name)
			}
		}
	}
}
