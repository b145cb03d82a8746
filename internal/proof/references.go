package proof

import (
	"errors"
	"fmt"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	extensionsv1 "github.com/fluxcd/source-watcher/api/v2/v1beta1"
	corev1 "k8s.io/api/core/v1"
)

// References proves that the objects hold together: each dependsOn, sourceRef, chartRef and valuesFrom of a release
// names an object of the build (or one of external), no release waits for itself, no two releases share one storage,
// and no source, artifact or values ConfigMap lies there unused. The OCIRepository of an ArtifactGenerator is the
// cluster's own, so it needs no object here.
//
// An object that does not decode is left out: StrictDecode says so.
func References(objects []Object, external ...External) error {
	w := newWeb(external)
	for _, object := range objects {
		w.define(object)
	}
	for _, release := range w.releases {
		w.release(release)
	}
	for _, generator := range w.generators {
		w.generator(generator)
	}
	w.unused()
	w.sharedStorage()
	w.cycles()
	return errors.Join(w.complaints...)
}

// reference is a name that stands for an object.
type reference struct{ kind, namespace, name string }

func (r reference) String() string { return r.kind + " " + r.namespace + "/" + r.name }

// web is what is known of the objects and the references between them.
type web struct {
	external   []External
	releases   []*helmv2.HelmRelease
	generators []*extensionsv1.ArtifactGenerator
	configMaps map[reference]*corev1.ConfigMap
	defined    map[reference]bool
	used       map[reference]bool
	mustBeUsed []reference
	complaints []error
}

func newWeb(external []External) *web {
	return &web{
		external:   external,
		configMaps: map[reference]*corev1.ConfigMap{},
		defined:    map[reference]bool{},
		used:       map[reference]bool{},
	}
}

// define takes note of what the object brings.
func (w *web) define(object Object) {
	self := reference{object.Built.GetKind(), object.Built.GetNamespace(), object.Built.GetName()}
	w.defined[self] = true
	typed, _ := StrictDecode(object)
	switch typed := typed.(type) {
	case *helmv2.HelmRelease:
		w.releases = append(w.releases, typed)
	case *extensionsv1.ArtifactGenerator:
		w.generators = append(w.generators, typed)
		for _, artifact := range typed.Spec.OutputArtifacts {
			made := reference{sourcev1.ExternalArtifactKind, typed.Namespace, artifact.Name}
			if w.defined[made] {
				w.complain("%s: %s is made twice", self, made)
			}
			w.defined[made] = true
			w.mustBeUsed = append(w.mustBeUsed, made)
		}
	case *corev1.ConfigMap:
		w.configMaps[self] = typed
		w.mustBeUsed = append(w.mustBeUsed, self)
	case *sourcev1.GitRepository, *sourcev1.HelmRepository:
		w.mustBeUsed = append(w.mustBeUsed, self)
	}
}

// use takes note that by refers to target through field, and complains when there is no such object.
func (w *web) use(by reference, field string, target reference) bool {
	w.used[target] = true
	if w.defined[target] || w.isExternal(target) {
		return true
	}
	w.complain("%s: %s names %s, which the bundle does not hold", by, field, target)
	return false
}

func (w *web) isExternal(target reference) bool {
	for _, e := range w.external {
		if e.Kind == target.kind && e.Name == target.name && (e.Namespace == "" || e.Namespace == target.namespace) {
			return true
		}
	}
	return false
}

// unused complains of what was written for nobody.
func (w *web) unused() {
	for _, candidate := range w.mustBeUsed {
		if !w.used[candidate] {
			w.complain("%s: nothing refers to it", candidate)
		}
	}
}

func (w *web) complain(format string, args ...any) {
	w.complaints = append(w.complaints, fmt.Errorf(format, args...))
}
