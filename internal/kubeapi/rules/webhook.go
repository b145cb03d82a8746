package rules

import (
	"net/url"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func validatingWebhooks(hooks []admissionv1.ValidatingWebhook, at *field.Path) (errs field.ErrorList) {
	names := map[string]bool{}
	for i, h := range hooks {
		errs = append(errs, hook(names, h.Name, h.ClientConfig, h.Rules, h.SideEffects, h.TimeoutSeconds, at.Index(i))...)
		errs = append(errs, selector(h.NamespaceSelector, at.Index(i).Child("namespaceSelector"))...)
		errs = append(errs, selector(h.ObjectSelector, at.Index(i).Child("objectSelector"))...)
	}
	return errs
}

func mutatingWebhooks(hooks []admissionv1.MutatingWebhook, at *field.Path) (errs field.ErrorList) {
	names := map[string]bool{}
	for i, h := range hooks {
		errs = append(errs, hook(names, h.Name, h.ClientConfig, h.Rules, h.SideEffects, h.TimeoutSeconds, at.Index(i))...)
		errs = append(errs, selector(h.NamespaceSelector, at.Index(i).Child("namespaceSelector"))...)
		errs = append(errs, selector(h.ObjectSelector, at.Index(i).Child("objectSelector"))...)
	}
	return errs
}

func hook(names map[string]bool, name string, config admissionv1.WebhookClientConfig, rules []admissionv1.RuleWithOperations, effects *admissionv1.SideEffectClass, timeout *int32, at *field.Path) field.ErrorList {
	errs := validation.IsFullyQualifiedName(at.Child("name"), name)
	if names[name] {
		errs = append(errs, field.Duplicate(at.Child("name"), name))
	}
	names[name] = true
	client := at.Child("clientConfig")
	switch service := config.Service; {
	case (config.URL == nil) == (service == nil):
		errs = append(errs, field.Required(client, "it needs either a service or a url"))
	case service == nil:
		if u, err := url.Parse(*config.URL); !unknown(*config.URL) && (err != nil || u.Scheme != "https" || u.Host == "") {
			errs = append(errs, field.Invalid(client.Child("url"), "", "it must be a URL that begins with https://"))
		}
	case service.Path != nil && *service.Path != "" && !strings.HasPrefix(*service.Path, "/"):
		errs = append(errs, field.Invalid(client.Child("service", "path"), *service.Path, "it must begin with /"))
	case service.Port != nil:
		errs = append(errs, each(client.Child("service", "port"), *service.Port, validation.IsValidPortNum(int(*service.Port)))...)
	}
	if effects != nil {
		errs = append(errs, oneOf(*effects, at.Child("sideEffects"), admissionv1.SideEffectClassNone, admissionv1.SideEffectClassNoneOnDryRun)...)
	}
	if timeout != nil && (*timeout < 1 || *timeout > 30) {
		errs = append(errs, field.Invalid(at.Child("timeoutSeconds"), *timeout, "it must be in the range 1 to 30"))
	}
	for i, rule := range rules {
		where := at.Child("rules").Index(i)
		for name1, list := range map[string]int{"operations": len(rule.Operations), "apiGroups": len(rule.APIGroups), "apiVersions": len(rule.APIVersions), "resources": len(rule.Resources)} {
			if list == 0 {
				errs = append(errs, field.Required(where.Child(name1), "a rule needs it"))
			}
		}
	}
	return errs
}
