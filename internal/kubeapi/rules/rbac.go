package rules

import (
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func policyRules(rules []rbacv1.PolicyRule, namespaced bool, at *field.Path) (errs field.ErrorList) {
	for i, rule := range rules {
		where := at.Index(i)
		if len(rule.Verbs) == 0 {
			errs = append(errs, field.Required(where.Child("verbs"), "a rule needs a verb"))
		}
		urls := where.Child("nonResourceURLs")
		switch {
		case len(rule.NonResourceURLs) > 0 && namespaced:
			errs = append(errs, field.Invalid(urls, "", "a Role cannot speak of URLs; a ClusterRole can"))
		case len(rule.NonResourceURLs) > 0 && len(rule.APIGroups)+len(rule.Resources)+len(rule.ResourceNames) > 0:
			errs = append(errs, field.Invalid(urls, "", "a rule cannot speak of both resources and URLs"))
		case len(rule.NonResourceURLs) > 0:
		case len(rule.APIGroups) == 0:
			errs = append(errs, field.Required(where.Child("apiGroups"), `a rule needs an API group; that of pods is ""`))
		case len(rule.Resources) == 0:
			errs = append(errs, field.Required(where.Child("resources"), "a rule needs a resource"))
		}
	}
	return errs
}

func binding(ref rbacv1.RoleRef, subjects []rbacv1.Subject, namespaced bool) field.ErrorList {
	at := field.NewPath("roleRef")
	errs := oneOf(ref.Kind, at.Child("kind"), "ClusterRole")
	if namespaced {
		errs = oneOf(ref.Kind, at.Child("kind"), "ClusterRole", "Role")
	}
	if ref.APIGroup != "" { // its default
		errs = append(errs, oneOf(ref.APIGroup, at.Child("apiGroup"), rbacv1.GroupName)...)
	}
	if ref.Name != "" {
		errs = append(errs, each(at.Child("name"), ref.Name, content.IsPathSegmentName(ref.Name))...)
	}
	for i, subject := range subjects {
		where := field.NewPath("subjects").Index(i)
		errs = append(errs, oneOf(subject.Kind, where.Child("kind"), rbacv1.ServiceAccountKind, rbacv1.UserKind, rbacv1.GroupKind)...)
		switch {
		case subject.Kind == rbacv1.ServiceAccountKind:
			errs = append(errs, each(where.Child("name"), subject.Name, validation.IsDNS1123Subdomain(subject.Name))...)
			if subject.APIGroup != "" {
				errs = append(errs, field.Invalid(where.Child("apiGroup"), subject.APIGroup, "that of a ServiceAccount is empty"))
			}
			if subject.Namespace == "" && !namespaced {
				errs = append(errs, field.Required(where.Child("namespace"), "a ServiceAccount is in a namespace"))
			}
		case subject.APIGroup != "": // its default
			errs = append(errs, oneOf(subject.APIGroup, where.Child("apiGroup"), rbacv1.GroupName)...)
		}
	}
	return errs
}
