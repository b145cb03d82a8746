// Package rules holds what an API server demands of Kubernetes' own kinds and no schema can say:
// that fields fit together, that names are unique and that numbers are in their range. They are the
// rules that people meet, in the words of the API server where these are good.
//
// The API server's own code for this is part of a program and not a library. What of it is one, of
// k8s.io/apimachinery, is used.
package rules

import (
	"maps"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Judge returns what an API server has against an object that is to be created, besides what its
// schema says. A value with a variable, "${NAME}", is taken for one that is not known.
func Judge(object runtime.Object) field.ErrorList {
	spec := field.NewPath("spec")
	switch o := object.(type) {
	case *corev1.Pod:
		return podSpec(&o.Spec, nil, spec)
	case *corev1.PodTemplate:
		return podTemplate(&o.Template, field.NewPath("template"))
	case *appsv1.Deployment:
		return deployment(&o.Spec, spec)
	case *appsv1.ReplicaSet:
		return replicaSet(&o.Spec, spec)
	case *appsv1.DaemonSet:
		return daemonSet(&o.Spec, spec)
	case *appsv1.StatefulSet:
		return statefulSet(&o.Spec, spec)
	case *batchv1.Job:
		return job(&o.Spec, spec)
	case *batchv1.CronJob:
		return cronJob(o, spec)
	case *corev1.Service:
		return service(&o.Spec, spec)
	case *networkingv1.Ingress:
		return ingress(&o.Spec, spec)
	case *networkingv1.NetworkPolicy:
		return networkPolicy(&o.Spec, spec)
	case *policyv1.PodDisruptionBudget:
		return disruptionBudget(&o.Spec, spec)
	case *autoscalingv2.HorizontalPodAutoscaler:
		return autoscaler(&o.Spec, spec)
	case *corev1.PersistentVolumeClaim:
		return claim(&o.Spec, spec)
	case *corev1.PersistentVolume:
		return volume(&o.Spec, spec)
	case *corev1.ConfigMap:
		return configMap(o)
	case *corev1.Secret:
		return secret(o)
	case *rbacv1.Role:
		return policyRules(o.Rules, true, field.NewPath("rules"))
	case *rbacv1.ClusterRole:
		return policyRules(o.Rules, false, field.NewPath("rules"))
	case *rbacv1.RoleBinding:
		return binding(o.RoleRef, o.Subjects, true)
	case *rbacv1.ClusterRoleBinding:
		return binding(o.RoleRef, o.Subjects, false)
	case *schedulingv1.PriorityClass:
		return priorityClass(o)
	case *admissionv1.ValidatingWebhookConfiguration:
		return validatingWebhooks(o.Webhooks, field.NewPath("webhooks"))
	case *admissionv1.MutatingWebhookConfiguration:
		return mutatingWebhooks(o.Webhooks, field.NewPath("webhooks"))
	}
	return nil
}

// unknown reports whether a text has a variable that is filled in later.
func unknown(text string) bool { return strings.Contains(text, "${") }

// each makes errors of what the validations of a library say about a value.
func each(at *field.Path, value any, messages []string) (errs field.ErrorList) {
	for _, message := range messages {
		errs = append(errs, field.Invalid(at, value, message))
	}
	return errs
}

func notNegative[N int32 | int64](n *N, at *field.Path) field.ErrorList {
	if n != nil && *n < 0 {
		return field.ErrorList{field.Invalid(at, *n, "it must not be negative")}
	}
	return nil
}

func oneOf[T ~string](value T, at *field.Path, supported ...T) field.ErrorList {
	for _, s := range supported {
		if value == s {
			return nil
		}
	}
	return field.ErrorList{field.NotSupported(at, value, supported)}
}

func selector(s *metav1.LabelSelector, at *field.Path) field.ErrorList {
	return metavalidation.ValidateLabelSelector(s, metavalidation.LabelSelectorValidationOptions{}, at)
}

// labelMap judges labels, each at its key.
func labelMap(labels map[string]string, at *field.Path) (errs field.ErrorList) {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		where := at.Key(key)
		errs = append(errs, each(where, key, validation.IsQualifiedName(key))...)
		errs = append(errs, each(where, labels[key], validation.IsValidLabelValue(labels[key]))...)
	}
	return errs
}
