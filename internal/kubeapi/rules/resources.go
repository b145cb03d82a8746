package rules

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func resources(r corev1.ResourceRequirements, spec *corev1.PodSpec, at *field.Path) (errs field.ErrorList) {
	for _, name := range sorted(r.Limits) {
		errs = append(errs, resourceIn(name, r.Limits[name], at.Child("limits"))...)
	}
	for _, name := range sorted(r.Requests) {
		request, where := r.Requests[name], at.Child("requests")
		errs = append(errs, resourceIn(name, request, where)...)
		limit, limited := r.Limits[name]
		switch {
		case limited && overcommits(name) && request.Cmp(limit) > 0:
			errs = append(errs, field.Invalid(where.Key(string(name)), "", "it is more than the limit"))
		case limited && !overcommits(name) && request.Cmp(limit) != 0:
			errs = append(errs, field.Invalid(where.Key(string(name)), "", "it must be what the limit is: this resource cannot be shared"))
		case !limited && !overcommits(name):
			errs = append(errs, field.Required(at.Child("limits"), "a request of "+string(name)+" needs a limit of the same number"))
		}
	}
	for i, c := range r.Claims {
		known := slices.ContainsFunc(spec.ResourceClaims, func(p corev1.PodResourceClaim) bool { return p.Name == c.Name || p.Name == "" || unknown(p.Name) })
		if c.Name != "" && !known {
			errs = append(errs, field.NotFound(at.Child("claims").Index(i).Child("name"), c.Name))
		}
	}
	return errs
}

// resourceIn judges one resource of a container, as it is named and how much there is of it.
func resourceIn(name corev1.ResourceName, quantity resource.Quantity, at *field.Path) field.ErrorList {
	where := at.Key(string(name))
	errs := each(where, name, validation.IsQualifiedName(string(name)))
	standard := slices.Contains([]corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage}, name)
	switch {
	case len(errs) > 0:
	case !strings.Contains(string(name), "/") && !standard && !strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix):
		errs = append(errs, field.Invalid(where, name, "containers have cpu, memory, ephemeral-storage, hugepages- and resources with a domain, such as nvidia.com/gpu"))
	case quantity.Sign() < 0:
		errs = append(errs, field.Invalid(where, "", "it must not be negative"))
	case !native(name) && quantity.MilliValue()%1000 != 0:
		errs = append(errs, field.Invalid(where, "", "it must be an integer"))
	}
	return errs
}

// native reports whether Kubernetes itself knows the resource.
func native(name corev1.ResourceName) bool {
	return !strings.Contains(string(name), "/") || strings.Contains(string(name), corev1.ResourceDefaultNamespacePrefix)
}

// overcommits reports whether a container may have more of it than it asked for.
func overcommits(name corev1.ResourceName) bool {
	return native(name) && !strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
}

func sorted(list corev1.ResourceList) (names []corev1.ResourceName) {
	for name := range list {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
