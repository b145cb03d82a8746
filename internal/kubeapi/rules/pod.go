package rules

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func podTemplate(template *corev1.PodTemplateSpec, at *field.Path) field.ErrorList {
	return append(templateMeta(template, at), podSpec(&template.Spec, nil, at.Child("spec"))...)
}

func templateMeta(template *corev1.PodTemplateSpec, at *field.Path) field.ErrorList {
	errs := labelMap(template.Labels, at.Child("metadata", "labels"))
	for _, key := range slices.Sorted(maps.Keys(template.Annotations)) {
		errs = append(errs, each(at.Child("metadata", "annotations").Key(key), key, validation.IsQualifiedName(strings.ToLower(key)))...)
	}
	if len(template.Spec.EphemeralContainers) > 0 {
		errs = append(errs, field.Forbidden(at.Child("spec", "ephemeralContainers"), "a template has no ephemeral containers"))
	}
	return errs
}

// podSpec judges a pod. Its volumes include those of the claims, which are judged elsewhere.
func podSpec(spec *corev1.PodSpec, claims []corev1.PersistentVolumeClaim, at *field.Path) field.ErrorList {
	errs := volumes(spec.Volumes, claims, at.Child("volumes"))
	pod := pod{spec: spec, names: map[string]bool{}}
	if len(spec.Containers) == 0 {
		errs = append(errs, field.Required(at.Child("containers"), "a pod needs a container"))
	}
	for i := range spec.Containers {
		errs = append(errs, pod.container(&spec.Containers[i], at.Child("containers").Index(i))...)
	}
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		where := at.Child("initContainers").Index(i)
		errs = append(errs, pod.container(c, where)...)
		if c.RestartPolicy == nil || *c.RestartPolicy != corev1.ContainerRestartPolicyAlways {
			errs = append(errs, pod.ends(c, where)...)
		}
	}
	for i, t := range spec.Tolerations {
		errs = append(errs, toleration(t, at.Child("tolerations").Index(i))...)
	}
	errs = append(errs, scheduling(spec, at)...)
	errs = append(errs, labelMap(spec.NodeSelector, at.Child("nodeSelector"))...)
	if name := spec.ServiceAccountName; name != "" {
		errs = append(errs, each(at.Child("serviceAccountName"), name, validation.IsDNS1123Subdomain(name))...)
	}
	if deadline := spec.ActiveDeadlineSeconds; deadline != nil && *deadline < 1 {
		errs = append(errs, field.Invalid(at.Child("activeDeadlineSeconds"), *deadline, "it must be at least 1"))
	}
	if config := spec.DNSConfig; config != nil {
		for i, server := range config.Nameservers {
			errs = append(errs, each(at.Child("dnsConfig", "nameservers").Index(i), server, ip(server))...)
		}
	}
	if spec.DNSPolicy == corev1.DNSNone && (spec.DNSConfig == nil || len(spec.DNSConfig.Nameservers) == 0) {
		errs = append(errs, field.Required(at.Child("dnsConfig", "nameservers"), "the DNS policy None needs a name server"))
	}
	for i, alias := range spec.HostAliases {
		errs = append(errs, each(at.Child("hostAliases").Index(i).Child("ip"), alias.IP, ip(alias.IP))...)
	}
	return errs
}

func toleration(t corev1.Toleration, at *field.Path) (errs field.ErrorList) {
	if t.Key != "" {
		errs = metavalidation.ValidateLabelName(t.Key, at.Child("key"))
	}
	switch {
	case unknown(string(t.Operator)):
	case t.Key == "" && t.Operator != corev1.TolerationOpExists:
		errs = append(errs, field.Invalid(at.Child("operator"), t.Operator, "it must be Exists where there is no key, which tolerates every taint"))
	case t.Operator == corev1.TolerationOpExists && t.Value != "":
		errs = append(errs, field.Invalid(at.Child("value"), t.Value, "the operator Exists takes no value"))
	case t.Operator == "" || t.Operator == corev1.TolerationOpEqual:
		errs = append(errs, each(at.Child("value"), t.Value, validation.IsValidLabelValue(t.Value))...)
	}
	if t.TolerationSeconds != nil && t.Effect != corev1.TaintEffectNoExecute {
		errs = append(errs, field.Invalid(at.Child("effect"), t.Effect, "it must be NoExecute where there are tolerationSeconds"))
	}
	return errs
}

func scheduling(spec *corev1.PodSpec, at *field.Path) (errs field.ErrorList) {
	spreads := at.Child("topologySpreadConstraints")
	for i, s := range spec.TopologySpreadConstraints {
		if s.MaxSkew <= 0 {
			errs = append(errs, field.Invalid(spreads.Index(i).Child("maxSkew"), s.MaxSkew, "it must be greater than 0"))
		}
		errs = append(errs, selector(s.LabelSelector, spreads.Index(i).Child("labelSelector"))...)
	}
	affinity := at.Child("affinity")
	if spec.Affinity == nil {
		return errs
	}
	if node := spec.Affinity.NodeAffinity; node != nil {
		errs = append(errs, nodeAffinity(node, affinity.Child("nodeAffinity"))...)
	}
	if pod := spec.Affinity.PodAffinity; pod != nil {
		errs = append(errs, podTerms(pod.RequiredDuringSchedulingIgnoredDuringExecution, pod.PreferredDuringSchedulingIgnoredDuringExecution, affinity.Child("podAffinity"))...)
	}
	if pod := spec.Affinity.PodAntiAffinity; pod != nil {
		errs = append(errs, podTerms(pod.RequiredDuringSchedulingIgnoredDuringExecution, pod.PreferredDuringSchedulingIgnoredDuringExecution, affinity.Child("podAntiAffinity"))...)
	}
	return errs
}

const (
	required  = "requiredDuringSchedulingIgnoredDuringExecution"
	preferred = "preferredDuringSchedulingIgnoredDuringExecution"
)

func nodeAffinity(node *corev1.NodeAffinity, at *field.Path) (errs field.ErrorList) {
	if r := node.RequiredDuringSchedulingIgnoredDuringExecution; r != nil {
		terms := at.Child(required, "nodeSelectorTerms")
		if len(r.NodeSelectorTerms) == 0 {
			errs = append(errs, field.Required(terms, "it needs a term"))
		}
		for i, term := range r.NodeSelectorTerms {
			errs = append(errs, nodeTerm(term, terms.Index(i))...)
			for j, r := range term.MatchExpressions {
				for k, value := range r.Values {
					where := terms.Index(i).Child("matchExpressions").Index(j).Child("values").Index(k)
					errs = append(errs, each(where, value, validation.IsValidLabelValue(value))...)
				}
			}
		}
	}
	for i, p := range node.PreferredDuringSchedulingIgnoredDuringExecution {
		errs = append(errs, weight(p.Weight, at.Child(preferred).Index(i))...)
		errs = append(errs, nodeTerm(p.Preference, at.Child(preferred).Index(i).Child("preference"))...)
	}
	return errs
}

func nodeTerm(term corev1.NodeSelectorTerm, at *field.Path) (errs field.ErrorList) {
	for i, r := range term.MatchExpressions {
		expression := at.Child("matchExpressions").Index(i)
		values := expression.Child("values")
		switch r.Operator {
		case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
			if len(r.Values) == 0 {
				errs = append(errs, field.Required(values, "the operators In and NotIn need a value"))
			}
		case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
			if len(r.Values) > 0 {
				errs = append(errs, field.Forbidden(values, "the operators Exists and DoesNotExist take no values"))
			}
		case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
			if len(r.Values) != 1 {
				errs = append(errs, field.Required(values, "the operators Gt and Lt need one value"))
			}
		}
		errs = append(errs, metavalidation.ValidateLabelName(r.Key, expression.Child("key"))...)
	}
	return errs
}

func weight(n int32, at *field.Path) field.ErrorList {
	if n < 1 || n > 100 {
		return field.ErrorList{field.Invalid(at.Child("weight"), n, "it must be in the range 1 to 100")}
	}
	return nil
}

func podTerms(terms []corev1.PodAffinityTerm, weighted []corev1.WeightedPodAffinityTerm, at *field.Path) (errs field.ErrorList) {
	for i, term := range terms {
		errs = append(errs, podTerm(term, at.Child(required).Index(i))...)
	}
	for i, w := range weighted {
		where := at.Child(preferred).Index(i)
		errs = append(errs, weight(w.Weight, where)...)
		errs = append(errs, podTerm(w.PodAffinityTerm, where.Child("podAffinityTerm"))...)
	}
	return errs
}

func podTerm(term corev1.PodAffinityTerm, at *field.Path) field.ErrorList {
	errs := selector(term.LabelSelector, at.Child("labelSelector"))
	errs = append(errs, selector(term.NamespaceSelector, at.Child("namespaceSelector"))...)
	if term.TopologyKey != "" {
		errs = append(errs, metavalidation.ValidateLabelName(term.TopologyKey, at.Child("topologyKey"))...)
	}
	return errs
}

// volumes judges the names of volumes and that each has one source; without any it is an emptyDir.
func volumes(all []corev1.Volume, claims []corev1.PersistentVolumeClaim, at *field.Path) (errs field.ErrorList) {
	seen := map[string]bool{}
	isClaim := func(name string) bool {
		return slices.ContainsFunc(claims, func(c corev1.PersistentVolumeClaim) bool { return c.Name == name })
	}
	for i, v := range all {
		where := at.Index(i)
		if v.Name != "" {
			errs = append(errs, each(where.Child("name"), v.Name, validation.IsDNS1123Label(v.Name))...)
		}
		if seen[v.Name] && !isClaim(v.Name) {
			errs = append(errs, field.Duplicate(where.Child("name"), v.Name))
		}
		seen[v.Name] = true
		if sources := present(v.VolumeSource); len(sources) > 1 {
			errs = append(errs, field.Forbidden(where, "a volume has one source, and this one has "+strings.Join(sources, " and ")))
		}
		if v.HostPath != nil && v.HostPath.Path == "" {
			errs = append(errs, field.Required(where.Child("hostPath", "path"), "the path is needed"))
		}
		if v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ClaimName == "" {
			errs = append(errs, field.Required(where.Child("persistentVolumeClaim", "claimName"), "the name of the claim is needed"))
		}
		if v.Ephemeral != nil && v.Ephemeral.VolumeClaimTemplate != nil {
			errs = append(errs, claim(&v.Ephemeral.VolumeClaimTemplate.Spec, where.Child("ephemeral", "volumeClaimTemplate", "spec"))...)
		}
	}
	return errs
}
