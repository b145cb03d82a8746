package proof

import (
	"errors"
	"fmt"
	"sync"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	extensionsv1 "github.com/fluxcd/source-watcher/api/v2/v1beta1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// kinds knows the types of everything that a bundle may hold. Secrets are not among them: they are the cluster's.
var kinds = sync.OnceValues(func() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	scheme.AddKnownTypes(corev1.SchemeGroupVersion, &corev1.ConfigMap{}, &corev1.Namespace{})
	return scheme, errors.Join(
		helmv2.AddToScheme(scheme), sourcev1.AddToScheme(scheme),
		extensionsv1.AddToScheme(scheme), kustomizev1.AddToScheme(scheme),
	)
})

// StrictDecode decodes the object's file into the type of its kind, and refuses what the API server's strict field
// validation refuses: fields that the type does not have, in exactly this spelling, and keys that are given twice.
// The object is not nil whenever it could be decoded at all.
func StrictDecode(object Object) (runtime.Object, error) {
	scheme, err := kinds()
	if err != nil {
		return nil, err
	}
	typed, err := scheme.New(object.Built.GroupVersionKind())
	if err != nil {
		return nil, fmt.Errorf("%s: no kind that a bundle may hold: %w", object, err)
	}
	complaints := []error{duplicateKeys(object.Source)}
	text, err := yaml.YAMLToJSON(object.Source)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", object, err)
	}
	strict, err := json.UnmarshalStrict(text, typed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", object, err)
	}
	if err := errors.Join(append(complaints, strict...)...); err != nil {
		return typed, fmt.Errorf("%s: %w", object, err)
	}
	return typed, nil
}

func duplicateKeys(text []byte) error {
	_, err := yaml.YAMLToJSONStrict(text)
	return err
}
