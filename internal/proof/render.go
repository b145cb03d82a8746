package proof

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"sort"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/yaml"
)

// render packs the chart in dir and renders it as a first install of the release.
func (s *scene) render(dir string, release *helmv2.HelmRelease) (RenderedChart, error) {
	values, err := s.values(release)
	if err != nil {
		return RenderedChart{}, err
	}
	packed, err := s.pack(dir, release, values)
	if err != nil {
		return RenderedChart{}, err
	}
	rendered := RenderedChart{
		Dir:       dir,
		Name:      packed.Metadata.Name,
		Version:   packed.Metadata.Version,
		Release:   release.GetReleaseName(),
		Namespace: release.GetReleaseNamespace(),
	}
	texts, err := rendered.run(packed, values)
	if err != nil {
		return RenderedChart{}, err
	}
	rendered.Manifests, err = manifests(texts)
	return rendered, err
}

// run is what Helm does between its values and its manifests.
func (r RenderedChart) run(packed *chart.Chart, values map[string]any) (map[string]string, error) {
	if err := chartutil.ProcessDependencies(packed, values); err != nil {
		return nil, err
	}
	options := common.ReleaseOptions{Name: r.Release, Namespace: r.Namespace, Revision: 1, IsInstall: true}
	top, err := commonutil.ToRenderValues(packed, values, options, common.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(packed, top)
}

// manifests cuts the rendered templates into documents, with Helm's own knife.
func manifests(texts map[string]string) ([]Manifest, error) {
	var all []Manifest
	var complaints []error
	for _, template := range slices.Sorted(maps.Keys(texts)) {
		if path.Base(template) == "NOTES.txt" {
			continue
		}
		documents := releaseutil.SplitManifests(texts[template])
		order := releaseutil.BySplitManifestsOrder(slices.Collect(maps.Keys(documents)))
		sort.Sort(order)
		for _, key := range order {
			manifest, err := readManifest(template, documents[key])
			if err != nil {
				complaints = append(complaints, fmt.Errorf("%s: rendered: %w", template, err))
			} else if manifest.Object != nil {
				all = append(all, manifest)
			}
		}
	}
	return all, errors.Join(complaints...)
}

// readManifest gives a manifest without an object for a document of nothing but comments.
func readManifest(template, text string) (Manifest, error) {
	var content any
	if err := yaml.Unmarshal([]byte(text), &content); err != nil || content == nil {
		return Manifest{}, err
	}
	object, err := parse([]byte(text))
	return Manifest{Template: template, Text: text, Object: object}, err
}
