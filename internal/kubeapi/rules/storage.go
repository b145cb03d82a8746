package rules

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func claim(spec *corev1.PersistentVolumeClaimSpec, at *field.Path) field.ErrorList {
	errs := accessModes(spec.AccessModes, at.Child("accessModes"))
	errs = append(errs, selector(spec.Selector, at.Child("selector"))...)
	storage, ok := spec.Resources.Requests[corev1.ResourceStorage]
	where := at.Child("resources", "requests")
	if !ok {
		errs = append(errs, field.Required(where.Key(string(corev1.ResourceStorage)), "a claim must say how much storage it wants"))
	} else {
		errs = append(errs, positive(storage, where.Key(string(corev1.ResourceStorage)))...)
	}
	if class := spec.StorageClassName; class != nil && *class != "" {
		errs = append(errs, each(at.Child("storageClassName"), *class, validation.IsDNS1123Subdomain(*class))...)
	}
	return errs
}

func volume(spec *corev1.PersistentVolumeSpec, at *field.Path) field.ErrorList {
	errs := accessModes(spec.AccessModes, at.Child("accessModes"))
	capacity := at.Child("capacity")
	storage, ok := spec.Capacity[corev1.ResourceStorage]
	switch {
	case !ok:
		errs = append(errs, field.Required(capacity.Key(string(corev1.ResourceStorage)), "a volume must say how much it holds"))
	case len(spec.Capacity) > 1:
		errs = append(errs, field.Invalid(capacity, "", "a volume has storage, and nothing else"))
	default:
		errs = append(errs, positive(storage, capacity.Key(string(corev1.ResourceStorage)))...)
	}
	switch sources := present(spec.PersistentVolumeSource); {
	case len(sources) == 0:
		errs = append(errs, field.Required(at, "a volume needs a source, such as csi or nfs"))
	case len(sources) > 1:
		errs = append(errs, field.Forbidden(at, "a volume has one source, and this one has "+strings.Join(sources, " and ")))
	}
	return errs
}

func accessModes(modes []corev1.PersistentVolumeAccessMode, at *field.Path) field.ErrorList {
	switch {
	case len(modes) == 0:
		return field.ErrorList{field.Required(at, "at least one access mode is needed")}
	case len(modes) > 1 && slices.Contains(modes, corev1.ReadWriteOncePod):
		return field.ErrorList{field.Forbidden(at, "ReadWriteOncePod goes with no other mode")}
	}
	return nil
}

func positive(quantity resource.Quantity, at *field.Path) field.ErrorList {
	if quantity.Sign() <= 0 {
		return field.ErrorList{field.Invalid(at, "", "it must be greater than 0")}
	}
	return nil
}
