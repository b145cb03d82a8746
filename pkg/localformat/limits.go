package localformat

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"path"
	"strings"
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

// warnArchive adds a warning where the packed chart is above source-controller's default limit.
func (c *Chart) warnArchive() {
	size := 0
	for _, f := range c.Files {
		size += len(f.Data)
	}
	if size <= MaxChartArchive {
		return // packing makes it smaller, and takes a megabyte for each of thousands of charts
	}
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
		for _, pattern := range dropped {
			if matches, _ := path.Match(pattern, name); matches {
				return pattern
			}
		}
	}
	return ""
}

// dropped are the default ignore patterns of github.com/fluxcd/pkg/sourceignore.
var dropped = []string{
	".git", ".gitignore", ".gitmodules", ".gitattributes",
	".github", ".circleci", ".travis.yml", ".gitlab-ci.yml", "appveyor.yml", ".drone.yml", "cloudbuild.yaml", "codeship-*",
	".goreleaser.yml", ".sops.yaml", ".flux.yaml",
	"*.jpg", "*.jpeg", "*.gif", "*.png", "*.wmv", "*.flv", "*.tar.gz", "*.zip",
}
