package chart

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
)

// Chart is what a chart says of itself. It is plain data.
type Chart struct {
	// Name, Version, AppVersion, KubeVersion and Type are those of Chart.yaml; the version of a
	// chart from an artifact has the beginning of the artifact's digest, as in a cluster:
	// 1.2.3+0123456789ab.
	Name, Version, AppVersion, KubeVersion, Type string
	// Missing are the dependencies of Chart.yaml that charts/ does not hold, in the order of
	// Chart.yaml. Helm refuses to install such a chart.
	Missing []string
	// Files are the paths of the chart's files, sorted, without those of the charts inside it.
	Files []string
	// Parts are the chart and those inside it, as their files have them.
	Parts *Part
}

// Loaded is a chart that Helm has loaded. One goroutine uses it.
type Loaded struct {
	Chart

	files []*archive.BufferedFile
	// ready is for the first use; Helm changes what it renders.
	ready *chartv2.Chart
}

// Load loads a chart with Helm's loader.
func Load(p Package) (*Loaded, *Error) {
	files, err := p.files()
	if err == nil {
		files, err = p.overwriteValues(files)
	}
	if err != nil {
		return nil, err
	}
	l := &Loaded{files: files}
	if l.ready, err = l.load(); err != nil {
		return nil, err
	}
	meta := l.ready.Metadata
	l.Chart = Chart{
		Name: meta.Name, Version: withDigest(meta.Version, p.Digest), AppVersion: meta.AppVersion,
		KubeVersion: meta.KubeVersion, Type: meta.Type, Parts: partOf(l.ready),
	}
	for _, dependency := range meta.Dependencies {
		if !slices.ContainsFunc(l.Parts.Inside, func(p *Part) bool { return p.Name == dependency.Name }) {
			l.Missing = append(l.Missing, dependency.Name)
		}
	}
	for _, file := range files {
		if !strings.HasPrefix(file.Name, "charts/") {
			l.Files = append(l.Files, file.Name)
		}
	}
	slices.Sort(l.Files)
	return l, nil
}

// files returns the files for Helm's loader, provided that they are small enough together.
func (p Package) files() ([]*archive.BufferedFile, *Error) {
	left := newBudget()
	if p.Archive != nil {
		if err := left.takePacked("", bytes.NewReader(p.Archive)); err != nil {
			return nil, err
		}
		files, err := archive.LoadArchiveFiles(bytes.NewReader(p.Archive))
		if err != nil {
			return nil, fail(KindChart, "the archive cannot be read: %s", oneLine(err.Error()))
		}
		return files, nil
	}
	files := make([]*archive.BufferedFile, 0, len(p.Files))
	for _, name := range slices.Sorted(maps.Keys(p.Files)) {
		data := p.Files[name]
		err := left.take(name, int64(len(data)))
		if err == nil && isPacked(name) {
			err = left.takePacked(name, bytes.NewReader(data))
		}
		if err != nil {
			return nil, err
		}
		files = append(files, &archive.BufferedFile{Name: name, Data: bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))})
	}
	return files, nil
}

// load loads the chart for one use.
func (l *Loaded) load() (*chartv2.Chart, *Error) {
	loaded := l.ready
	if l.ready = nil; loaded == nil {
		var err error
		if loaded, err = loader.LoadFiles(l.files); err != nil {
			return nil, fail(KindChart, "Helm cannot load the chart: %s", oneLine(err.Error()))
		}
	}
	if l.Version != "" {
		loaded.Metadata.Version = l.Version
	}
	return loaded, nil
}

// withDigest gives a version the build metadata that helm-controller gives it: the digest of the
// artifact. In a cluster the digits are others, of the same form.
func withDigest(version, digest string) string {
	const digits = 12
	parsed, err := semver.NewVersion(version)
	if err != nil || len(digest) < digits {
		return version
	}
	marked, err := parsed.SetMetadata(digest[:digits])
	if err != nil {
		return version
	}
	return marked.String()
}
