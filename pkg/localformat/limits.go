package localformat

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// Limits of the programs that will read a chart.
const (
	// MaxChartFile is Helm's own limit for a file of a chart, also of a nested one; helm-controller
	// has no flag for it.
	MaxChartFile = 5 << 20
	// MaxChartUnpacked is Helm's own limit for an unpacked chart.
	MaxChartUnpacked = 100 << 20
	// MaxChartArchive is source-controller's default limit for a packed chart;
	// --helm-chart-max-size raises it.
	MaxChartArchive = 10 << 20
)

func checkSize(n int) error {
	if n > MaxChartFile {
		return errors.Invalid("the file has %.1f MiB, and Helm reads at most 5 MiB a file of a chart; split it", float64(n)/(1<<20))
	}
	return nil
}

// warnArchive adds a warning where the packed chart is above source-controller's default limit.
func (c *Chart) warnArchive() {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for _, f := range c.Files {
		_, _ = z.Write(f.Data)
	}
	_ = z.Close()
	if packed.Len() > MaxChartArchive {
		c.Warnings = append(c.Warnings, fmt.Sprintf("chart %q has about %d MiB packed, above source-controller's default of 10 MiB; "+
			"start source-controller with --helm-chart-max-size", c.Name, packed.Len()>>20))
	}
}

// Dropped returns the pattern by which source-controller drops the file from a Git repository or an
// OCI artifact on the way to the cluster, or "". A .sourceignore cannot help: in OCI mode
// source-watcher applies the patterns again.
func Dropped(file string) string {
	for name := range strings.SplitSeq(file, "/") {
		if droppedNames[name] {
			return name
		}
		if strings.HasPrefix(name, "codeship-") {
			return "codeship-*"
		}
		for _, end := range droppedEnds {
			if strings.HasSuffix(name, end) {
				return "*" + end
			}
		}
	}
	return ""
}

// droppedNames, droppedEnds and codeship-* are the default ignore patterns of
// github.com/fluxcd/pkg/sourceignore.
var (
	droppedNames = map[string]bool{
		".git": true, ".gitignore": true, ".gitmodules": true, ".gitattributes": true,
		".github": true, ".circleci": true, ".travis.yml": true, ".gitlab-ci.yml": true, "appveyor.yml": true, ".drone.yml": true, "cloudbuild.yaml": true,
		".goreleaser.yml": true, ".sops.yaml": true, ".flux.yaml": true,
	}
	droppedEnds = []string{".jpg", ".jpeg", ".gif", ".png", ".wmv", ".flv", ".tar.gz", ".zip"}
)
