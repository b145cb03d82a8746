package checks

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/validate/content"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

var objectMetadata = &engine.Check{
	ID:       "object-metadata",
	Group:    engine.GroupSchema,
	Severity: engine.SeverityError,
	Quick:    true,
	Title:    "Names, namespaces, labels and annotations are such as the API server takes",
	Remedy:   "Correct the metadata.",
	Run: func(p *engine.Pass) {
		for _, o := range p.Objects {
			name(p, o)
			misspelt := false
			for _, field := range engine.SortedKeys(o.Get("metadata")) {
				if !slices.Contains(metadataFields, field) {
					misspelt = true
					p.Report(o.Place("metadata", field), "metadata has no such field")
				}
			}
			if !misspelt { // it may be the namespace
				namespace(p, o)
			}
			texts(p, o, "labels", validation.IsQualifiedName, content.IsLabelValue)
			texts(p, o, "annotations", func(key string) []string { return validation.IsQualifiedName(strings.ToLower(key)) }, nil)
		}
	},
}

// metadataFields are those of metav1.ObjectMeta.
var metadataFields = []string{
	"annotations", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers", "generateName",
	"generation", "labels", "managedFields", "name", "namespace", "ownerReferences", "resourceVersion", "selfLink", "uid",
}

func name(p *engine.Pass, o *rollout.Object) {
	rule := validation.IsDNS1123Subdomain
	switch {
	case o.Group() == "rbac.authorization.k8s.io":
		rule = content.IsPathSegmentName
	case o.Group() == "" && o.Kind == "Namespace":
		rule = validation.IsDNS1123Label
	case o.Group() == "" && o.Kind == "Service":
		rule = validation.IsDNS1035Label
	}
	if problems := rule(o.Name); len(problems) > 0 {
		invalid(p, o, "name", problems[0])
	}
}

func namespace(p *engine.Pass, o *rollout.Object) {
	needed := scopeOf(o)
	switch {
	case o.Namespace == "" && needed == namespaced && p.Complete():
		p.Advise(o.Place("metadata"), "Add metadata.namespace.", "the object has no namespace, and its kind needs one")
	case o.Namespace == "" && needed == namespaced:
		p.Unseen("%s has no namespace of its own; the kustomization may give it one", o.Ref)
	case o.Namespace != "" && needed == forTheCluster:
		p.Warn(o.Place("metadata", "namespace"), "objects of its kind belong to no namespace; this one is ignored")
	case o.Namespace != "":
		if problems := validation.IsDNS1123Label(o.Namespace); len(problems) > 0 {
			invalid(p, o, "namespace", problems[0])
		}
	}
}

// invalid reports a name or a namespace, unless a build or a substitution that is not done here
// gives the object another.
func invalid(p *engine.Pass, o *rollout.Object, field, problem string) {
	switch {
	case substitutes(o, "metadata", field):
	case !p.Complete():
		p.Unseen("%s has a %s that is not valid; the kustomization may give it another", o.Ref, field)
	default:
		p.Report(o.Place("metadata", field), "the %s is not valid: %s", field, problem)
	}
}

// texts judges labels and annotations.
func texts(p *engine.Pass, o *rollout.Object, field string, key, value func(string) []string) {
	all := o.Get("metadata", field)
	entries, isMap := all.(map[string]any)
	if all != nil && !isMap {
		p.Report(o.Place("metadata", field), "it must be a map of texts")
		return
	}
	plain := make(map[string]string, len(entries))
	for _, name := range engine.SortedKeys(entries) {
		at := func() rollout.Place { return o.Place("metadata", field, name) }
		text, isText := entries[name].(string)
		plain[name] = text
		switch {
		case len(key(name)) > 0:
			p.Report(at(), "the key is not valid: %s", key(name)[0])
		case !isText:
			p.Report(at(), "the value must be text: put it into quotes")
		case value != nil && len(value(text)) > 0 && !substitutes(o, "metadata", field, name):
			p.Report(at(), "the value is not valid: %s", value(text)[0])
		}
	}
	if err := apivalidation.ValidateAnnotationsSize(plain); err != nil && field == "annotations" {
		p.Report(o.Place("metadata", field), "they have more than %d KiB altogether", apivalidation.TotalAnnotationSizeLimitB>>10)
	}
}

// scope says whether objects of a kind have a namespace.
type scope int

const (
	unknownScope scope = iota
	namespaced
	forTheCluster
)

func scopeOf(o *rollout.Object) scope {
	group := o.Group()
	switch {
	case kubeschema.KnownGroup(group) || strings.HasSuffix(group, ".toolkit.fluxcd.io"):
		return namespaced
	case slices.Contains(clusterKinds, strings.TrimPrefix(fmt.Sprintf("%s/%s", group, o.Kind), "/")):
		return forTheCluster
	case engine.CoreKind(o.APIVersion, o.Kind):
		return namespaced
	}
	return unknownScope
}

// clusterKinds are Kubernetes' own kinds without a namespace, as group/Kind.
var clusterKinds = []string{
	"ComponentStatus", "Namespace", "Node", "PersistentVolume",
	"admissionregistration.k8s.io/MutatingAdmissionPolicy", "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
	"admissionregistration.k8s.io/MutatingWebhookConfiguration", "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
	"admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding", "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
	"apiextensions.k8s.io/CustomResourceDefinition", "apiregistration.k8s.io/APIService",
	"authentication.k8s.io/SelfSubjectReview", "authentication.k8s.io/TokenReview",
	"authorization.k8s.io/SelfSubjectAccessReview", "authorization.k8s.io/SelfSubjectRulesReview", "authorization.k8s.io/SubjectAccessReview",
	"certificates.k8s.io/CertificateSigningRequest", "certificates.k8s.io/ClusterTrustBundle",
	"flowcontrol.apiserver.k8s.io/FlowSchema", "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
	"internal.apiserver.k8s.io/StorageVersion", "networking.k8s.io/IPAddress", "networking.k8s.io/IngressClass", "networking.k8s.io/ServiceCIDR",
	"node.k8s.io/RuntimeClass", "policy/PodSecurityPolicy",
	"rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/ClusterRoleBinding",
	"resource.k8s.io/DeviceClass", "resource.k8s.io/DeviceTaintRule", "resource.k8s.io/ResourceSlice", "resource.k8s.io/ResourcePoolStatusRequest",
	"scheduling.k8s.io/PriorityClass",
	"storage.k8s.io/CSIDriver", "storage.k8s.io/CSINode", "storage.k8s.io/StorageClass", "storage.k8s.io/VolumeAttachment",
	"storage.k8s.io/VolumeAttributesClass", "storagemigration.k8s.io/StorageVersionMigration",
}
