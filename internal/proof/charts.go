package proof

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	extensionsv1 "github.com/fluxcd/source-watcher/api/v2/v1beta1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// RenderedChart is a local chart of the bundle, rendered as its release would install it.
type RenderedChart struct {
	// Dir is the chart's directory in the bundle.
	Dir string
	// Name and Version are the chart's own; in OCI mode the version carries the artifact's digest, as in the cluster.
	Name    string
	Version string
	// Release and Namespace are what the templates saw as .Release.
	Release   string
	Namespace string
	// Manifests are the documents that the templates gave, by template and then in the order of the template.
	Manifests []Manifest
}

// Manifest is one document that a template gave.
type Manifest struct {
	// Template is the template's path in the chart, which comes first: "gpu-operator-pre/templates/quota.yaml".
	Template string
	// Text is the document as rendered.
	Text string
	// Object is the document as read; it has an apiVersion and a kind.
	Object *unstructured.Unstructured
}

// RenderLocalCharts packs every local chart of the bundle as Flux would (source-controller from Git, source-watcher by
// the rules of its ArtifactGenerator), loads the package with Helm, lints it, and renders it with the values, the name
// and the namespace that its HelmRelease gives.
func RenderLocalCharts(fsys fs.FS) ([]RenderedChart, error) {
	objects, err := Objects(fsys)
	if err != nil {
		return nil, err
	}
	return renderLocalCharts(fsys, objects)
}

func renderLocalCharts(fsys fs.FS, objects []Object) ([]RenderedChart, error) {
	dirs, err := chartDirs(fsys)
	if err != nil {
		return nil, err
	}
	scene := newScene(fsys, objects)
	var charts []RenderedChart
	var complaints []error
	for _, dir := range dirs {
		release, ok := scene.releases[dir]
		if !ok {
			complaints = append(complaints, fmt.Errorf("%s: a chart without a release: there is no HelmRelease in %s/helmrelease.yaml", dir, dir))
			continue
		}
		delete(scene.releases, dir)
		chart, err := scene.render(dir, release)
		if err != nil {
			complaints = append(complaints, fmt.Errorf("%s: %w", dir, err))
			continue
		}
		charts = append(charts, chart)
	}
	for dir, release := range scene.releases {
		if isLocal(release) {
			complaints = append(complaints, fmt.Errorf("%s: the release wants a local chart, and there is no %s/Chart.yaml", dir, dir))
		}
	}
	return charts, errors.Join(complaints...)
}

// chartDirs finds the directories that hold a chart, but not the charts inside charts.
func chartDirs(fsys fs.FS) ([]string, error) {
	var dirs []string
	err := fs.WalkDir(fsys, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		if _, err := fs.Stat(fsys, path.Join(file, "Chart.yaml")); err == nil {
			dirs = append(dirs, file)
			return fs.SkipDir
		}
		return nil
	})
	return dirs, err
}

// scene is what a local chart needs of the rest of the bundle.
type scene struct {
	fsys fs.FS
	// releases are by the directory of their file.
	releases   map[string]*helmv2.HelmRelease
	generators []*extensionsv1.ArtifactGenerator
	configMaps map[string]*corev1.ConfigMap
}

func newScene(fsys fs.FS, objects []Object) *scene {
	s := &scene{fsys: fsys, releases: map[string]*helmv2.HelmRelease{}, configMaps: map[string]*corev1.ConfigMap{}}
	for _, object := range objects {
		typed, _ := StrictDecode(object)
		switch typed := typed.(type) {
		case *helmv2.HelmRelease:
			s.releases[path.Dir(object.File)] = typed
		case *extensionsv1.ArtifactGenerator:
			s.generators = append(s.generators, typed)
		case *corev1.ConfigMap:
			s.configMaps[typed.Namespace+"/"+typed.Name] = typed
		}
	}
	return s
}

// isLocal tells whether the release's chart is a directory rather than a chart of a chart repository.
func isLocal(release *helmv2.HelmRelease) bool {
	switch {
	case release.HasChartRef():
		return release.Spec.ChartRef.Kind == "ExternalArtifact"
	case release.HasChartTemplate():
		kind := release.Spec.Chart.Spec.SourceRef.Kind
		return kind == "GitRepository" || kind == "Bucket"
	}
	return false
}
