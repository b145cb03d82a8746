package rules

import (
	"fmt"
	"strings"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	policyv1 "k8s.io/api/policy/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func disruptionBudget(spec *policyv1.PodDisruptionBudgetSpec, at *field.Path) field.ErrorList {
	errs := selector(spec.Selector, at.Child("selector"))
	if spec.MinAvailable != nil && spec.MaxUnavailable != nil {
		errs = append(errs, field.Invalid(at, "", "it may not have both minAvailable and maxUnavailable"))
	}
	errs = append(errs, share(spec.MinAvailable, true, at.Child("minAvailable"))...)
	return append(errs, share(spec.MaxUnavailable, true, at.Child("maxUnavailable"))...)
}

func autoscaler(spec *autoscalingv2.HorizontalPodAutoscalerSpec, at *field.Path) (errs field.ErrorList) {
	zeroes := false // an autoscaler that can wake from 0 pods needs something outside of them to look at
	for i, metric := range spec.Metrics {
		where := at.Child("metrics").Index(i)
		zeroes = zeroes || metric.Object != nil || metric.External != nil
		set := present(metric)
		field1 := strings.ToLower(string(metric.Type[:min(1, len(metric.Type))])) + string(metric.Type[min(1, len(metric.Type)):])
		if len(set) != 1 || set[0] != field1 {
			errs = append(errs, field.Invalid(where, "", fmt.Sprintf("a metric of the type %s has %s and nothing else", metric.Type, field1)))
		}
		if r := metric.Resource; r != nil {
			errs = append(errs, metricTarget(r.Target, where.Child("resource", "target"))...)
		}
	}
	if minimum := spec.MinReplicas; minimum != nil && (*minimum < 0 || *minimum == 0 && !zeroes) {
		errs = append(errs, field.Invalid(at.Child("minReplicas"), *minimum, "it must be at least 1"))
	}
	switch {
	case spec.MaxReplicas < 1:
		errs = append(errs, field.Invalid(at.Child("maxReplicas"), spec.MaxReplicas, "it must be at least 1"))
	case spec.MinReplicas != nil && spec.MaxReplicas < *spec.MinReplicas:
		errs = append(errs, field.Invalid(at.Child("maxReplicas"), spec.MaxReplicas, "it must not be less than minReplicas"))
	}
	return errs
}

func metricTarget(target autoscalingv2.MetricTarget, at *field.Path) field.ErrorList {
	if target.AverageUtilization == nil && target.AverageValue == nil {
		return field.ErrorList{field.Required(at.Child("averageUtilization"), "it must say averageUtilization or averageValue")}
	}
	if target.AverageUtilization != nil && target.AverageValue != nil {
		return field.ErrorList{field.Forbidden(at.Child("averageValue"), "it may not stand beside averageUtilization")}
	}
	if u := target.AverageUtilization; u != nil && *u < 1 {
		return field.ErrorList{field.Invalid(at.Child("averageUtilization"), *u, "it must be greater than 0")}
	}
	return nil
}

const (
	systemPrefix    = "system-"
	highestPriority = 1_000_000_000
)

func priorityClass(o *schedulingv1.PriorityClass) field.ErrorList {
	name := o.Name
	switch {
	case strings.HasPrefix(name, systemPrefix) && name != "system-node-critical" && name != "system-cluster-critical":
		return field.ErrorList{field.Forbidden(field.NewPath("metadata", "name"), "names that begin with system- are for Kubernetes itself")}
	case !strings.HasPrefix(name, systemPrefix) && o.Value > highestPriority:
		return field.ErrorList{field.Forbidden(field.NewPath("value"), fmt.Sprintf("it may be %d at most", highestPriority))}
	}
	return nil
}
