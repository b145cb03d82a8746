package helmchart

import (
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
)

// Chart is a chart in memory. It never changes, and many goroutines may use it.
type Chart struct {
	// Name, Version, AppVersion, KubeVersion and Type are what Chart.yaml says; Version may be that of WithVersion.
	Name, Version, AppVersion, KubeVersion, Type string
	// Missing are the dependencies of Chart.yaml that charts/ does not hold, in the order of Chart.yaml. Helm refuses to
	// install such a chart; source-controller would have to download them.
	Missing []string
	// Parts are the chart and those inside it, as their files have them.
	Parts *Part

	// files are the chart's, with the archives in charts/ unpacked.
	files []*archive.BufferedFile
	// ready is the chart as loaded to see that it is one; the first use takes it, because Helm changes what it renders.
	ready atomic.Pointer[chartv2.Chart]
}

func newChart(files []*archive.BufferedFile) (*Chart, error) {
	c := &Chart{files: files}
	loaded, err := c.loadInTime()
	if err != nil {
		return nil, err
	}
	meta := loaded.Metadata
	c.Name, c.Version, c.AppVersion, c.KubeVersion, c.Type = meta.Name, meta.Version, meta.AppVersion, meta.KubeVersion, meta.Type
	c.Parts = partOf(loaded)
	if err := c.Parts.parsable(); err != nil {
		return nil, err
	}
	inside := map[string]bool{}
	for _, dependency := range loaded.Dependencies() {
		inside[dependency.Name()] = true
	}
	for _, dependency := range meta.Dependencies {
		if !inside[dependency.Name] {
			c.Missing = append(c.Missing, dependency.Name)
		}
	}
	c.ready.Store(loaded)
	return c, nil
}

// loadInTime does not wait for values that take Helm minutes to read, because nothing stops it.
func (c *Chart) loadInTime() (*chartv2.Chart, error) {
	type outcome struct {
		loaded *chartv2.Chart
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		loaded, err := c.load()
		done <- outcome{loaded, err}
	}()
	select {
	case out := <-done:
		return out.loaded, out.err
	case <-time.After(DefaultTimeout):
		return nil, fail(KindLimit, "Helm needs longer than %s to load the chart", DefaultTimeout)
	}
}

// load parses the chart, for one use.
func (c *Chart) load() (loaded *chartv2.Chart, err error) {
	if first := c.ready.Swap(nil); first != nil {
		return first, nil
	}
	defer func() {
		if r := recover(); r != nil {
			err = fail(KindChart, "the chart makes Helm panic (%v); report it to the chart's authors", r)
		}
	}()
	loaded, err = loader.LoadFiles(c.files)
	if err != nil {
		return nil, fail(KindChart, "Helm cannot load the chart: %s", oneLine(err.Error()))
	}
	if c.Version != "" {
		loaded.Metadata.Version = c.Version
	}
	return loaded, nil
}

// WithVersion returns the chart with another version, as helm-controller gives one to a chart from an artifact:
// <version>+<the first 12 hex digits of the artifact's digest>.
func (c *Chart) WithVersion(version string) *Chart {
	return &Chart{
		Name: c.Name, Version: version, AppVersion: c.AppVersion, KubeVersion: c.KubeVersion, Type: c.Type,
		Missing: c.Missing, Parts: c.Parts, files: c.files,
	}
}

// file returns the content of the chart's file, or nothing. Of several in an archive Helm's reader leaves the last.
func (c *Chart) file(name string) []byte {
	for _, file := range slices.Backward(c.files) {
		if file.Name == name {
			return file.Data
		}
	}
	return nil
}

// Files returns the paths of the chart's files, without those of the charts inside it, in the order of loading.
func (c *Chart) Files() []string {
	var names []string
	for _, file := range c.files {
		if !strings.HasPrefix(file.Name, "charts/") {
			names = append(names, file.Name)
		}
	}
	return names
}
