package prooftest

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	extensionsv1 "github.com/fluxcd/source-watcher/api/v2/v1beta1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	strict "sigs.k8s.io/json"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// kinds knows the types of everything that a generated bundle may hold. Secrets are not among them:
// they are the cluster's.
var kinds = sync.OnceValues(func() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	scheme.AddKnownTypes(corev1.SchemeGroupVersion, &corev1.ConfigMap{}, &corev1.Namespace{})
	return scheme, errors.Join(
		helmv2.AddToScheme(scheme), sourcev1.AddToScheme(scheme),
		extensionsv1.AddToScheme(scheme), kustomizev1.AddToScheme(scheme),
	)
})

// decode reads the object into the Go type of its kind, as its controller does, and refuses fields
// that the type does not have.
func decode(o *rollout.Object) error {
	scheme, err := kinds()
	if err != nil {
		return err
	}
	typed, err := scheme.New(schema.FromAPIVersionAndKind(o.APIVersion, o.Kind))
	if err != nil {
		return fmt.Errorf("%s: %s: a bundle must not hold this kind: %w", o.File, o, err)
	}
	data, err := json.Marshal(o.Content)
	if err != nil {
		return err
	}
	unknown, err := strict.UnmarshalStrict(data, typed)
	if err = errors.Join(append(unknown, err)...); err != nil {
		return fmt.Errorf("%s: %s: %w", o.File, o, err)
	}
	return nil
}
