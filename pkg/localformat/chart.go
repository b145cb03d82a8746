// Package localformat makes the Helm charts that live inside a bundle: charts of manifests, and
// wrappers around vendored upstream charts.
//
// A chart is a value here: files and a version that follows from them. Which HelmRelease installs
// it, and how Flux finds it, is not this package's business; where upstream chart bytes come from
// is a ChartPuller's.
package localformat

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/values"
)

// Chart is a local Helm chart.
type Chart struct {
	// Name is the chart's name in Chart.yaml.
	Name string
	// Version is 0.1.0-h<hash>, the hash over everything that the chart renders from: Flux rolls a
	// chart of a Git repository out when its version changes, and only then. It is valid as semver
	// and as a label value.
	Version string
	// AppVersion is the component's version; it may be empty. It counts for Version only where a
	// template may read it.
	AppVersion string
	// Files are all files of the chart except Chart.yaml, sorted by path.
	Files []File
	// ReadsValues reports whether any template reads the chart's values.
	ReadsValues bool
	// ReadsTags reports whether a chart in a wrapper has dependencies with tags, which Helm reads
	// at the top of the values and nowhere else.
	ReadsTags bool
	// Kinds are the kinds of the objects among the chart's manifests.
	Kinds []Kind
	// Namespaces are the Namespace objects among the chart's manifests. Those of a chart in a wrapper
	// are left to who renders it: MayShipNamespaces reports that its templates look as if they gave
	// some.
	Namespaces        []Namespace
	MayShipNamespaces bool
	// OnlyNamespaces reports whether the chart has nothing but Namespaces, and so needs none to be
	// installed into.
	OnlyNamespaces bool
	// Warnings are what a person should look at.
	Warnings        []string
	dependency      *dependency
	readsAppVersion bool
}

// File is one file of a chart; Path is relative to the chart's directory.
type File struct {
	Path string
	Data []byte
}

// dependency is the upstream chart that a wrapper chart carries in charts/.
type dependency struct{ name, version string }

// seal computes the chart's version.
func (c *Chart) seal() {
	slices.SortFunc(c.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	h := sha256.New()
	put(h, c.Name)
	if c.readsAppVersion {
		put(h, c.AppVersion)
	}
	if c.dependency != nil {
		put(h, c.dependency.name, c.dependency.version)
	}
	for _, f := range c.Files {
		put(h, f.Path, string(f.Data))
	}
	// The letter keeps a hash of digits only from being a number with a leading zero, which semver
	// forbids.
	c.Version = "0.1.0-h" + hex.EncodeToString(h.Sum(nil))[:12]
}

// put hashes texts so that no two lists of texts look alike.
func put(h hash.Hash, texts ...string) {
	for _, t := range texts {
		fmt.Fprintf(h, "%d:%s", len(t), t)
	}
}

// Annotations of a local chart, which AICR's tools read. They count for the chart's version as
// appVersion does: where a template may read them.
const (
	// componentVersion is the component's version, which stands for the chart's own.
	componentVersion = "aicr.run/component-version"
	// generatedBy names the program, and not its version: a new version changes no chart.
	generatedBy = "aicr.run/generated-by"
)

// ChartYAML returns the chart's Chart.yaml.
func (c *Chart) ChartYAML() ([]byte, error) { return c.chartYAML(c.AppVersion) }

// RenderedYAML returns a Chart.yaml with no more than the chart renders from. Where Flux takes
// every byte of a chart for a change, it stands for Chart.yaml, so that the component's new version
// upgrades nothing that does not read it.
func (c *Chart) RenderedYAML() ([]byte, error) {
	if c.readsAppVersion {
		return c.ChartYAML()
	}
	return c.chartYAML("")
}

// Hash is the part of Version that follows from the chart's content.
func (c *Chart) Hash() string { return strings.TrimPrefix(c.Version, "0.1.0-") }

func (c *Chart) chartYAML(appVersion string) ([]byte, error) {
	if !utf8.ValidString(appVersion) {
		return nil, errors.Invalid("the version %q is not valid UTF-8, so no YAML file can hold it", appVersion)
	}
	var b strings.Builder
	b.WriteString(config.GeneratedComment + "\n")
	fields := [][2]string{{"apiVersion", "v2"}, {"name", c.Name}, {"type", "application"}, {"version", c.Version}}
	if appVersion != "" {
		fields = append(fields, [2]string{"appVersion", appVersion})
	}
	fields = append(fields, [2]string{"annotations:\n  " + generatedBy, "aicr"})
	if appVersion != "" {
		fields = append(fields, [2]string{"  " + componentVersion, appVersion})
	}
	if c.dependency != nil {
		fields = append(fields, [2]string{"dependencies:\n  - name", c.dependency.name}, [2]string{"    version", c.dependency.version}, [2]string{"    repository", ""})
	}
	for _, f := range fields {
		text, err := values.Scalar(f[1])
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s: %s\n", f[0], text)
	}
	return []byte(b.String()), nil
}

// Directories returns the sub-directories of the chart, such as "templates" and "charts", sorted.
func (c *Chart) Directories() []string {
	var dirs []string
	for _, f := range c.Files {
		dir, _, _ := strings.Cut(f.Path, "/")
		dirs = append(dirs, dir)
	}
	return slices.Compact(dirs)
}
