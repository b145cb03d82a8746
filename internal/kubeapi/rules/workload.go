package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func deployment(spec *appsv1.DeploymentSpec, at *field.Path) field.ErrorList {
	errs := append(selects(spec.Selector, &spec.Template, at), runsForever(&spec.Template, at.Child("template"))...)
	errs = append(errs, notNegative(spec.Replicas, at.Child("replicas"))...)
	errs = append(errs, notNegative(&spec.MinReadySeconds, at.Child("minReadySeconds"))...)
	errs = append(errs, notNegative(spec.RevisionHistoryLimit, at.Child("revisionHistoryLimit"))...)
	if deadline := spec.ProgressDeadlineSeconds; deadline != nil && *deadline <= spec.MinReadySeconds {
		errs = append(errs, field.Invalid(at.Child("progressDeadlineSeconds"), *deadline, "it must be greater than minReadySeconds"))
	}
	rolling, strategy := spec.Strategy.RollingUpdate, at.Child("strategy", "rollingUpdate")
	switch {
	case rolling == nil:
	case spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType:
		errs = append(errs, field.Forbidden(strategy, "it may not be there when the type of the strategy is Recreate"))
	default:
		errs = append(errs, share(rolling.MaxUnavailable, true, strategy.Child("maxUnavailable"))...)
		errs = append(errs, share(rolling.MaxSurge, false, strategy.Child("maxSurge"))...)
		if zero(rolling.MaxUnavailable) && zero(rolling.MaxSurge) {
			errs = append(errs, field.Invalid(strategy.Child("maxUnavailable"), "", "it may not be 0 when maxSurge is 0"))
		}
	}
	return errs
}

func replicaSet(spec *appsv1.ReplicaSetSpec, at *field.Path) field.ErrorList {
	errs := append(selects(spec.Selector, &spec.Template, at), runsForever(&spec.Template, at.Child("template"))...)
	return append(errs, notNegative(spec.Replicas, at.Child("replicas"))...)
}

func daemonSet(spec *appsv1.DaemonSetSpec, at *field.Path) field.ErrorList {
	errs := append(selects(spec.Selector, &spec.Template, at), runsForever(&spec.Template, at.Child("template"))...)
	errs = append(errs, notNegative(&spec.MinReadySeconds, at.Child("minReadySeconds"))...)
	rolling, strategy := spec.UpdateStrategy.RollingUpdate, at.Child("updateStrategy", "rollingUpdate")
	if rolling == nil || spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType {
		return errs
	}
	errs = append(errs, share(rolling.MaxUnavailable, true, strategy.Child("maxUnavailable"))...)
	errs = append(errs, share(rolling.MaxSurge, true, strategy.Child("maxSurge"))...)
	surges := rolling.MaxSurge != nil && !zero(rolling.MaxSurge)
	switch {
	case surges && !zero(rolling.MaxUnavailable): // its default is 1
		errs = append(errs, field.Invalid(strategy.Child("maxSurge"), "", "it may not be there when maxUnavailable is not 0"))
	case !surges && zero(rolling.MaxUnavailable):
		errs = append(errs, field.Invalid(strategy.Child("maxUnavailable"), "", "it may not be 0 when maxSurge is 0"))
	}
	return errs
}

func statefulSet(spec *appsv1.StatefulSetSpec, at *field.Path) field.ErrorList {
	errs := selects(spec.Selector, &spec.Template, at)
	template := spec.Template.DeepCopy()
	for i := range spec.VolumeClaimTemplates {
		c := &spec.VolumeClaimTemplates[i]
		claims := at.Child("volumeClaimTemplates").Index(i)
		if c.Name == "" {
			errs = append(errs, field.Required(claims.Child("metadata", "name"), "a volumeClaimTemplate needs a name"))
		}
		errs = append(errs, claim(&c.Spec, claims.Child("spec"))...)
		// The controller puts them in the place of volumes with the same name.
		template.Spec.Volumes = append(template.Spec.Volumes, corev1.Volume{Name: c.Name})
	}
	errs = append(errs, forever(&template.Spec, at.Child("template", "spec"))...)
	errs = append(errs, templateMeta(template, at.Child("template"))...)
	errs = append(errs, podSpec(&template.Spec, spec.VolumeClaimTemplates, at.Child("template", "spec"))...)
	errs = append(errs, notNegative(spec.Replicas, at.Child("replicas"))...)
	errs = append(errs, notNegative(&spec.MinReadySeconds, at.Child("minReadySeconds"))...)
	if spec.ServiceName != "" {
		errs = append(errs, each(at.Child("serviceName"), spec.ServiceName, validation.IsDNS1123Label(spec.ServiceName))...)
	}
	if spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType && spec.UpdateStrategy.RollingUpdate != nil {
		errs = append(errs, field.Forbidden(at.Child("updateStrategy", "rollingUpdate"), "it may not be there when the type of the strategy is OnDelete"))
	}
	return errs
}

// selects judges a selector that must match the labels of the template beside it.
func selects(s *metav1.LabelSelector, template *corev1.PodTemplateSpec, at *field.Path) field.ErrorList {
	if s == nil {
		return nil // the schema says so
	}
	errs := selector(s, at.Child("selector"))
	if len(errs) > 0 {
		return errs
	}
	if len(s.MatchLabels)+len(s.MatchExpressions) == 0 {
		return field.ErrorList{field.Invalid(at.Child("selector"), "", "an empty selector is refused; it must match the labels of the template")}
	}
	compiled, err := metav1.LabelSelectorAsSelector(s)
	known := !slices.ContainsFunc(slices.Collect(maps.Values(s.MatchLabels)), unknown) && !slices.ContainsFunc(slices.Collect(maps.Values(template.Labels)), unknown)
	if err == nil && known && !compiled.Matches(labels.Set(template.Labels)) {
		errs = append(errs, field.Invalid(at.Child("template", "metadata", "labels"), "", fmt.Sprintf("the selector (%s) does not match these labels", compiled)))
	}
	return errs
}

func runsForever(template *corev1.PodTemplateSpec, at *field.Path) field.ErrorList {
	return append(podTemplate(template, at), forever(&template.Spec, at.Child("spec"))...)
}

// forever judges the fields that make no sense in pods that never end.
func forever(spec *corev1.PodSpec, at *field.Path) (errs field.ErrorList) {
	if p := spec.RestartPolicy; p != "" {
		errs = oneOf(p, at.Child("restartPolicy"), corev1.RestartPolicyAlways)
	}
	if spec.ActiveDeadlineSeconds != nil {
		errs = append(errs, field.Forbidden(at.Child("activeDeadlineSeconds"), "pods that never end have no such field"))
	}
	return errs
}

func job(spec *batchv1.JobSpec, at *field.Path) field.ErrorList {
	errs := podTemplate(&spec.Template, at.Child("template"))
	policy := at.Child("template", "spec", "restartPolicy")
	switch p := spec.Template.Spec.RestartPolicy; p {
	case "", corev1.RestartPolicyAlways:
		errs = append(errs, field.Required(policy, "a Job needs OnFailure or Never; Always is the default, and refused"))
	case corev1.RestartPolicyOnFailure:
		if spec.PodFailurePolicy != nil {
			errs = append(errs, field.Invalid(policy, p, "only Never goes with a podFailurePolicy"))
		}
	}
	errs = append(errs, notNegative(spec.Parallelism, at.Child("parallelism"))...)
	errs = append(errs, notNegative(spec.Completions, at.Child("completions"))...)
	errs = append(errs, notNegative(spec.BackoffLimit, at.Child("backoffLimit"))...)
	errs = append(errs, notNegative(spec.ActiveDeadlineSeconds, at.Child("activeDeadlineSeconds"))...)
	errs = append(errs, notNegative(spec.TTLSecondsAfterFinished, at.Child("ttlSecondsAfterFinished"))...)
	indexed := spec.CompletionMode != nil && *spec.CompletionMode == batchv1.IndexedCompletion
	if indexed && spec.Completions == nil {
		errs = append(errs, field.Required(at.Child("completions"), "the completion mode Indexed needs it"))
	}
	if !indexed && spec.BackoffLimitPerIndex != nil {
		errs = append(errs, field.Invalid(at.Child("backoffLimitPerIndex"), "", "it goes with the completion mode Indexed only"))
	}
	if manual := spec.ManualSelector; spec.Selector != nil && (manual == nil || !*manual) {
		errs = append(errs, field.Invalid(at.Child("selector"), "", "the API server makes the selector of a Job; leave it out"))
	}
	return errs
}

// longestCronJob leaves room for what the controller adds to the names of Jobs.
const longestCronJob = 52

func cronJob(o *batchv1.CronJob, at *field.Path) field.ErrorList {
	spec := &o.Spec
	errs := job(&spec.JobTemplate.Spec, at.Child("jobTemplate", "spec"))
	if len(o.Name) > longestCronJob && !unknown(o.Name) {
		errs = append(errs, field.Invalid(field.NewPath("metadata", "name"), o.Name, fmt.Sprintf("the name of a CronJob has at most %d characters", longestCronJob)))
	}
	if strings.Contains(spec.Schedule, "TZ") {
		errs = append(errs, field.Invalid(at.Child("schedule"), spec.Schedule, "a schedule may not hold TZ or CRON_TZ; the field timeZone is for this"))
	} else if err := schedule(spec.Schedule); spec.Schedule != "" && err != nil {
		errs = append(errs, field.Invalid(at.Child("schedule"), spec.Schedule, "it is not a schedule of cron: "+err.Error()))
	}
	if zone := spec.TimeZone; zone != nil {
		if _, err := time.LoadLocation(*zone); err != nil || *zone == "" || strings.EqualFold(*zone, "Local") {
			errs = append(errs, field.Invalid(at.Child("timeZone"), *zone, "it is not a time zone; write one such as Etc/UTC or Europe/Berlin"))
		}
	}
	errs = append(errs, notNegative(spec.StartingDeadlineSeconds, at.Child("startingDeadlineSeconds"))...)
	errs = append(errs, notNegative(spec.SuccessfulJobsHistoryLimit, at.Child("successfulJobsHistoryLimit"))...)
	return append(errs, notNegative(spec.FailedJobsHistoryLimit, at.Child("failedJobsHistoryLimit"))...)
}

// schedule reads a schedule as the controller does. The library panics at some.
func schedule(text string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	_, err = cron.ParseStandard(text)
	return err
}

// share judges a number or a percentage of pods.
func share(v *intstr.IntOrString, bounded bool, at *field.Path) field.ErrorList {
	switch {
	case v == nil || unknown(v.StrVal):
		return nil
	case v.Type == intstr.Int:
		return notNegative(&v.IntVal, at)
	}
	if problems := validation.IsValidPercent(v.StrVal); len(problems) > 0 {
		return each(at, v.StrVal, []string{`it must be a number or a percentage such as "25%"`})
	}
	if percent, _ := intstr.GetScaledValueFromIntOrPercent(v, 100, false); bounded && percent > 100 {
		return each(at, v.StrVal, []string{"it must not be more than 100%"})
	}
	return nil
}

// zero reports whether a share is written, and 0.
func zero(v *intstr.IntOrString) bool {
	if v == nil {
		return false
	}
	n, err := intstr.GetScaledValueFromIntOrPercent(v, 100, false)
	return err == nil && n == 0
}
