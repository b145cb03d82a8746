package rules

import (
	"net/netip"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func ingress(spec *networkingv1.IngressSpec, at *field.Path) (errs field.ErrorList) {
	if len(spec.Rules) == 0 && spec.DefaultBackend == nil {
		errs = append(errs, field.Invalid(at, "", "it needs rules or a defaultBackend"))
	}
	if spec.DefaultBackend != nil {
		errs = append(errs, backend(spec.DefaultBackend, at.Child("defaultBackend"))...)
	}
	for i, rule := range spec.Rules {
		where := at.Child("rules").Index(i)
		errs = append(errs, host(rule.Host, where.Child("host"))...)
		if rule.HTTP == nil {
			continue
		}
		paths := where.Child("http", "paths")
		if len(rule.HTTP.Paths) == 0 {
			errs = append(errs, field.Required(paths, "it needs a path"))
		}
		for i := range rule.HTTP.Paths {
			errs = append(errs, ingressPath(&rule.HTTP.Paths[i], paths.Index(i))...)
		}
	}
	for i, tls := range spec.TLS {
		for j, name := range tls.Hosts {
			errs = append(errs, host(name, at.Child("tls").Index(i).Child("hosts").Index(j))...)
		}
	}
	return errs
}

func host(name string, at *field.Path) field.ErrorList {
	if name == "" || unknown(name) {
		return nil
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return field.ErrorList{field.Invalid(at, name, "it must be a DNS name and not an IP address")}
	}
	if strings.Contains(name, "*") {
		return each(at, name, validation.IsWildcardDNS1123Subdomain(name))
	}
	return each(at, name, validation.IsDNS1123Subdomain(name))
}

func ingressPath(p *networkingv1.HTTPIngressPath, at *field.Path) field.ErrorList {
	errs := backend(&p.Backend, at.Child("backend"))
	if p.PathType == nil || unknown(string(*p.PathType)) {
		return errs
	}
	specific := *p.PathType == networkingv1.PathTypeImplementationSpecific
	switch {
	case specific && p.Path == "", unknown(p.Path):
	case !strings.HasPrefix(p.Path, "/"):
		errs = append(errs, field.Invalid(at.Child("path"), p.Path, "it must begin with /"))
	case !specific:
		for _, bad := range []string{"//", "/./", "/../", "%2f", "%2F"} {
			if strings.Contains(p.Path, bad) {
				errs = append(errs, field.Invalid(at.Child("path"), p.Path, "it must not contain "+bad))
			}
		}
	}
	return errs
}

func backend(b *networkingv1.IngressBackend, at *field.Path) field.ErrorList {
	switch {
	case b.Service == nil && b.Resource == nil:
		return field.ErrorList{field.Invalid(at, "", "it needs a service or a resource")}
	case b.Service != nil && b.Resource != nil:
		return field.ErrorList{field.Invalid(at, "", "it may not have both a service and a resource")}
	case b.Service == nil:
		return nil
	}
	port, where := b.Service.Port, at.Child("service", "port")
	errs := each(at.Child("service", "name"), b.Service.Name, validation.IsDNS1123Label(b.Service.Name))
	switch {
	case port.Name != "" && port.Number != 0:
		errs = append(errs, field.Invalid(where, "", "it may not have both a name and a number"))
	case port.Name != "":
		errs = append(errs, each(where.Child("name"), port.Name, validation.IsValidPortName(port.Name))...)
	case port.Number != 0:
		errs = append(errs, each(where.Child("number"), port.Number, validation.IsValidPortNum(int(port.Number)))...)
	default:
		errs = append(errs, field.Required(where, "it needs the name or the number of a port"))
	}
	return errs
}

func networkPolicy(spec *networkingv1.NetworkPolicySpec, at *field.Path) field.ErrorList {
	errs := selector(&spec.PodSelector, at.Child("podSelector"))
	for i, rule := range spec.Ingress {
		errs = append(errs, policyPorts(rule.Ports, at.Child("ingress").Index(i).Child("ports"))...)
		errs = append(errs, peers(rule.From, at.Child("ingress").Index(i).Child("from"))...)
	}
	for i, rule := range spec.Egress {
		errs = append(errs, policyPorts(rule.Ports, at.Child("egress").Index(i).Child("ports"))...)
		errs = append(errs, peers(rule.To, at.Child("egress").Index(i).Child("to"))...)
	}
	return errs
}

func policyPorts(ports []networkingv1.NetworkPolicyPort, at *field.Path) (errs field.ErrorList) {
	for i, port := range ports {
		where := at.Index(i)
		if port.Port != nil {
			errs = append(errs, portRef(*port.Port, where.Child("port"))...)
		}
		if end := port.EndPort; end != nil && (port.Port == nil || port.Port.Type == intstr.String || *end < port.Port.IntVal) {
			errs = append(errs, field.Invalid(where.Child("endPort"), *end, "it needs a port that is a number, and not greater"))
		}
	}
	return errs
}

func peers(all []networkingv1.NetworkPolicyPeer, at *field.Path) (errs field.ErrorList) {
	for i, peer := range all {
		where := at.Index(i)
		errs = append(errs, selector(peer.PodSelector, where.Child("podSelector"))...)
		errs = append(errs, selector(peer.NamespaceSelector, where.Child("namespaceSelector"))...)
		switch {
		case peer.PodSelector == nil && peer.NamespaceSelector == nil && peer.IPBlock == nil:
			errs = append(errs, field.Required(where, "it needs a podSelector, a namespaceSelector or an ipBlock"))
		case peer.IPBlock != nil && (peer.PodSelector != nil || peer.NamespaceSelector != nil):
			errs = append(errs, field.Forbidden(where.Child("ipBlock"), "it may not stand beside a selector"))
		case peer.IPBlock != nil:
			errs = append(errs, each(where.Child("ipBlock", "cidr"), peer.IPBlock.CIDR, prefix(peer.IPBlock.CIDR))...)
		}
	}
	return errs
}
