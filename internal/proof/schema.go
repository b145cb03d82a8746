package proof

import (
	"context"
	"errors"
	"fmt"

	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/aicr-flux/aicr/internal/fluxschema"
)

// Schema judges the object as the API server would when it is created: its metadata, and for a Flux kind its CRD, see
// internal/fluxschema.
func Schema(object Object) error {
	complaints := metadata(object)
	gvk := object.Built.GroupVersionKind()
	if schema := fluxschema.Find(newestFlux, fluxschema.Kind(gvk)); schema != nil {
		problems, err := schema.Problems(context.Background(), object.Built.Object)
		complaints = append(complaints, err)
		for _, p := range problems {
			complaints = append(complaints, fmt.Errorf("%s: %s", p.Field(), p.Text))
		}
	} else if gvk.Group != "" {
		complaints = append(complaints, fmt.Errorf("there is no schema for %s", gvk))
	}
	if err := errors.Join(complaints...); err != nil {
		return fmt.Errorf("%s: %w", object, err)
	}
	return nil
}

// newestFlux is the line of Flux versions that bundles are written for.
const newestFlux = "2.9"

// metadata judges what the API server judges for every kind, and the keys of a ConfigMap.
func metadata(object Object) []error {
	var all []error
	namespaced := object.Built.GetKind() != "Namespace"
	meta := metavalidation.ValidateObjectMetaAccessor(metaAccessor(object), namespaced, metavalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	for _, err := range meta {
		all = append(all, err)
	}
	if object.Built.GetKind() == "ConfigMap" {
		data, _ := object.Built.Object["data"].(map[string]any)
		for key := range data {
			for _, complaint := range utilvalidation.IsConfigMapKey(key) {
				all = append(all, fmt.Errorf("data: key %q: %s", key, complaint))
			}
		}
	}
	return all
}

func metaAccessor(object Object) metav1.Object { return object.Built }
