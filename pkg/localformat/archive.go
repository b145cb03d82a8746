package localformat

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"path"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// maxNesting bounds charts inside charts.
const maxNesting = 8

// identity is what a packed chart's own Chart.yaml says that it is.
type identity struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// checkArchive reads a packed chart to its end and refuses what Helm would:
// files above its limit, in nested charts too, and what is no chart at all.
func checkArchive(tgz []byte) (identity, error) {
	budget := int64(MaxChartUnpacked)
	return checkTar(bytes.NewReader(tgz), &budget, maxNesting)
}

func checkTar(packed io.Reader, budget *int64, depth int) (identity, error) {
	var chart identity
	if depth == 0 {
		return chart, errors.Invalid("charts are nested more than %d deep", maxNesting)
	}
	z, err := gzip.NewReader(packed)
	if err != nil {
		return chart, errors.Invalid("it is not a gzip archive: %s", err)
	}
	files := tar.NewReader(z)
	for {
		h, err := files.Next()
		switch {
		case err == io.EOF && chart.Name == "":
			return chart, errors.Invalid("it holds no Chart.yaml with a name, so it is no chart")
		case err == io.EOF:
			return chart, nil
		case err != nil:
			return chart, errors.Invalid("it cannot be read: %s", err)
		case h.Size > MaxChartFile:
			return chart, errors.Invalid("its file %q has %.1f MiB, and Helm reads at most 5 MiB a file of a chart", h.Name, float64(h.Size)/(1<<20))
		}
		if *budget -= h.Size; *budget < 0 {
			return chart, errors.Invalid("it unpacks to more than %d MiB, Helm's limit", MaxChartUnpacked>>20)
		}
		segments := strings.Split(path.Clean(h.Name), "/")
		switch {
		case len(segments) == 2 && segments[1] == "Chart.yaml":
			if err := readChartYAML(files, &chart); err != nil {
				return chart, err
			}
		case strings.HasSuffix(h.Name, ".tgz") && len(segments) > 2 && segments[len(segments)-2] == "charts":
			if _, err := checkTar(files, budget, depth-1); err != nil {
				return chart, errors.In(err, "%s", h.Name)
			}
		}
	}
}

func readChartYAML(r io.Reader, chart *identity) error {
	data, err := io.ReadAll(io.LimitReader(r, MaxChartFile))
	if err == nil {
		err = yaml.Unmarshal(data, chart)
	}
	if err != nil {
		return errors.Invalid("its Chart.yaml cannot be read: %s", err)
	}
	return nil
}
