package proof

import (
	"context"
	"errors"
	"fmt"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// Schema judges the object as the API server would when it is created: its metadata, and for a Flux kind its CRD, that
// is which fields would be pruned, then after defaulting the structural schema, list keys and the CEL rules.
func Schema(object Object) error {
	complaints := metadata(object)
	all, err := judges()
	if err != nil {
		return err
	}
	gvk := object.Built.GroupVersionKind()
	if judge, ok := all[gvk]; ok {
		complaints = append(complaints, judge.complaints(object.Built.DeepCopy().Object)...)
	} else if gvk.Group != "" {
		complaints = append(complaints, fmt.Errorf("there is no schema for %s", gvk))
	}
	if err := errors.Join(complaints...); err != nil {
		return fmt.Errorf("%s: %w", object, err)
	}
	return nil
}

// complaints takes its own copy of an object: pruning and defaulting change it.
func (j judge) complaints(object map[string]any) []error {
	var all []error
	unknown := pruning.PruneWithOptions(object, j.structural, true, schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for _, path := range unknown {
		all = append(all, fmt.Errorf("%s: the API server would drop this field", path))
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(object, j.structural)
	defaulting.Default(object, j.structural)

	ctx := context.Background()
	found := validation.ValidateCustomResource(nil, object, j.openAPI)
	found = append(found, objectmeta.Validate(ctx, nil, object, j.structural, true)...)
	found = append(found, listtype.ValidateListSetsAndMaps(nil, j.structural, object)...)
	if j.cel != nil {
		broken, _ := j.cel.Validate(ctx, nil, j.structural, object, nil, celconfig.RuntimeCELCostBudget)
		found = append(found, broken...)
	}
	for _, err := range found {
		all = append(all, err)
	}
	return all
}

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
