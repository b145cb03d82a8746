package proof

import (
	"cmp"
	"slices"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	extensionsv1 "github.com/fluxcd/source-watcher/api/v2/v1beta1"
)

func releaseReference(release *helmv2.HelmRelease) reference {
	return reference{helmv2.HelmReleaseKind, release.Namespace, release.Name}
}

// dependencies are the releases that this one waits for.
func dependencies(release *helmv2.HelmRelease) []reference {
	var all []reference
	for _, d := range release.Spec.DependsOn {
		all = append(all, reference{helmv2.HelmReleaseKind, cmp.Or(d.Namespace, release.Namespace), d.Name})
	}
	return all
}

// release follows the references of a release.
func (w *web) release(release *helmv2.HelmRelease) {
	self := releaseReference(release)
	for _, dependency := range dependencies(release) {
		w.use(self, "spec.dependsOn", dependency)
	}
	switch {
	case release.HasChartRef():
		ref := release.Spec.ChartRef
		w.use(self, "spec.chartRef", reference{ref.Kind, cmp.Or(ref.Namespace, release.Namespace), ref.Name})
	case release.HasChartTemplate():
		ref := release.Spec.Chart.Spec.SourceRef
		w.use(self, "spec.chart.spec.sourceRef", reference{ref.Kind, cmp.Or(ref.Namespace, release.Namespace), ref.Name})
	default:
		w.complain("%s: it has no chart", self)
	}
	w.values(release)
}

// values follows valuesFrom, which never leaves the namespace of the release.
func (w *web) values(release *helmv2.HelmRelease) {
	self := releaseReference(release)
	for _, from := range release.Spec.ValuesFrom {
		target := reference{from.Kind, release.Namespace, from.Name}
		if !w.use(self, "spec.valuesFrom", target) || w.configMaps[target] == nil {
			continue
		}
		if _, ok := w.configMaps[target].Data[from.GetValuesKey()]; !ok && !from.Optional {
			w.complain("%s: spec.valuesFrom wants the key %q of %s, which has none", self, from.GetValuesKey(), target)
		}
	}
}

// generator follows the sources of an ArtifactGenerator.
func (w *web) generator(generator *extensionsv1.ArtifactGenerator) {
	self := reference{extensionsv1.ArtifactGeneratorKind, generator.Namespace, generator.Name}
	for _, source := range generator.Spec.Sources {
		target := reference{source.Kind, cmp.Or(source.Namespace, generator.Namespace), source.Name}
		if source.Kind == sourcev1.OCIRepositoryKind {
			w.used[target] = true
			continue
		}
		w.use(self, "spec.sources", target)
	}
}

// sharedStorage complains of releases that Helm would take for one: they would uninstall each other.
func (w *web) sharedStorage() {
	owner := map[string]reference{}
	for _, release := range w.releases {
		self := releaseReference(release)
		storage := release.GetStorageNamespace() + "/" + release.GetReleaseName()
		if other, taken := owner[storage]; taken {
			w.complain("%s: it is stored as Helm release %s, and so is %s", self, storage, other)
		}
		owner[storage] = self
	}
}

// cycles complains of each release that waits for itself, through whichever others.
func (w *web) cycles() {
	waitsFor := make(map[reference][]reference, len(w.releases))
	for _, release := range w.releases {
		waitsFor[releaseReference(release)] = dependencies(release)
	}
	done := map[reference]bool{}
	var path []reference
	var visit func(reference)
	visit = func(at reference) {
		if start := slices.Index(path, at); start >= 0 {
			w.complain("the releases wait for each other: %s", chain(append(slices.Clone(path[start:]), at)))
			return
		}
		if done[at] {
			return
		}
		path = append(path, at)
		for _, next := range waitsFor[at] {
			visit(next)
		}
		path = path[:len(path)-1]
		done[at] = true
	}
	for _, release := range w.releases {
		visit(releaseReference(release))
	}
}

func chain(path []reference) string {
	names := make([]string, len(path))
	for i, step := range path {
		names[i] = step.name
	}
	return strings.Join(names, " → ")
}
