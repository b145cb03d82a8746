package main

import "github.com/aicr-flux/aicr/internal/kubeschema"

// fact is what an API server demands of a property besides what OpenAPI says, or in spite of it. It
// is found by asking one (see the test of the package kubeapi).
type fact struct {
	// Optional says that no API server asks for it although OpenAPI calls it required, Required the
	// opposite.
	Optional, Required bool
	Pattern            string
	// From and To bound a number, where To is not 0.
	From, To int
}

func (f fact) refine(w *written) {
	if f.Pattern != "" {
		w.Pattern = f.Pattern
	}
	if f.To != 0 {
		w.Minimum, w.Maximum = &f.From, &f.To
	}
}

const (
	base64 = kubeschema.Base64
	// subdomain is that of names of objects.
	subdomain = kubeschema.Subdomain
	configKey = kubeschema.ConfigKey
)

var (
	free   = fact{Optional: true}
	name   = fact{Pattern: subdomain}
	named  = fact{Pattern: subdomain, Required: true}
	id     = fact{From: 0, To: 1<<31 - 1}
	mode   = fact{From: 0, To: 0o777}
	counts = fact{From: 1, To: 1<<31 - 1}
)

// facts are by definition and property.
var facts = map[string]map[string]fact{
	"io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec":                 {"policyName": named},
	"io.k8s.api.batch.v1.PodFailurePolicy":                                                     {"rules": free},
	"io.k8s.api.coordination.v1.LeaseSpec":                                                     {"leaseDurationSeconds": counts},
	"io.k8s.api.core.v1.ConfigMapEnvSource":                                                    {"name": named},
	"io.k8s.api.core.v1.ConfigMapKeySelector":                                                  {"name": named, "key": {Pattern: configKey}},
	"io.k8s.api.core.v1.ConfigMapVolumeSource":                                                 {"name": {Required: true}, "defaultMode": mode},
	"io.k8s.api.core.v1.EndpointPort":                                                          {"port": {From: 1, To: 65535}},
	"io.k8s.api.core.v1.HTTPHeader":                                                            {"value": free},
	"io.k8s.api.core.v1.KeyToPath":                                                             {"mode": mode},
	"io.k8s.api.core.v1.LimitRangeSpec":                                                        {"limits": free},
	"io.k8s.api.core.v1.PodSecurityContext":                                                    {"runAsUser": id, "runAsGroup": id, "fsGroup": id},
	"io.k8s.api.core.v1.PodSpec":                                                               {"priorityClassName": {Pattern: subdomain + "|^$"}},
	"io.k8s.api.core.v1.PreferredSchedulingTerm":                                               {"preference": free},
	"io.k8s.api.core.v1.SecretEnvSource":                                                       {"name": named},
	"io.k8s.api.core.v1.SecretKeySelector":                                                     {"name": named, "key": {Pattern: configKey}},
	"io.k8s.api.core.v1.SecretVolumeSource":                                                    {"secretName": {Required: true}, "defaultMode": mode},
	"io.k8s.api.core.v1.SecurityContext":                                                       {"runAsUser": id, "runAsGroup": id},
	"io.k8s.api.core.v1.Sysctl":                                                                {"value": free},
	"io.k8s.api.resource.v1.DeviceClass":                                                       {"spec": free},
	"io.k8s.api.resource.v1.DeviceSelector":                                                    {"cel": {Required: true}},
	"io.k8s.api.resource.v1.ExactDeviceRequest":                                                {"deviceClassName": name},
	"io.k8s.api.resource.v1.ResourceClaimTemplate":                                             {"spec": free},
	"io.k8s.api.resource.v1.ResourceClaimTemplateSpec":                                         {"spec": free},
	"io.k8s.api.storage.v1.CSIDriver":                                                          {"spec": free},
	"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionVersion": {"served": free},
	"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec":                        {"groupPriorityMinimum": {From: 1, To: 20000}, "versionPriority": {From: 1, To: 1000}},
}
