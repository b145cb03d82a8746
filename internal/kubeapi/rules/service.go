package rules

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func service(spec *corev1.ServiceSpec, at *field.Path) field.ErrorList {
	if unknown(string(spec.Type)) || unknown(spec.ClusterIP) {
		return servicePorts(spec, at.Child("ports"))
	}
	errs := servicePorts(spec, at.Child("ports"))
	headless := spec.ClusterIP == corev1.ClusterIPNone
	balancer := spec.Type == corev1.ServiceTypeLoadBalancer
	switch spec.Type {
	case corev1.ServiceTypeExternalName:
		if name := strings.TrimSuffix(spec.ExternalName, "."); name == "" {
			errs = append(errs, field.Required(at.Child("externalName"), "the type ExternalName needs it"))
		} else {
			errs = append(errs, each(at.Child("externalName"), name, validation.IsDNS1123Subdomain(name))...)
		}
		if spec.ClusterIP != "" {
			errs = append(errs, field.Forbidden(at.Child("clusterIP"), "the type ExternalName has none"))
		}
	case corev1.ServiceTypeLoadBalancer, corev1.ServiceTypeNodePort:
		if headless {
			errs = append(errs, field.Invalid(at.Child("clusterIP"), spec.ClusterIP, fmt.Sprintf("it may not be None for the type %s", spec.Type)))
		}
	}
	if len(spec.Ports) == 0 && !headless && spec.Type != corev1.ServiceTypeExternalName {
		errs = append(errs, field.Required(at.Child("ports"), "a Service needs a port, unless its clusterIP is None"))
	}
	errs = append(errs, labelMap(spec.Selector, at.Child("selector"))...)
	forbid := func(set bool, name string, types string) {
		if set {
			errs = append(errs, field.Forbidden(at.Child(name), "only the type "+types+" has it"))
		}
	}
	forbid(!balancer && len(spec.LoadBalancerSourceRanges) > 0, "loadBalancerSourceRanges", "LoadBalancer")
	forbid(!balancer && spec.AllocateLoadBalancerNodePorts != nil, "allocateLoadBalancerNodePorts", "LoadBalancer")
	forbid(!balancer && spec.LoadBalancerClass != nil, "loadBalancerClass", "LoadBalancer")
	external := balancer || spec.Type == corev1.ServiceTypeNodePort || len(spec.ExternalIPs) > 0
	forbid(!external && spec.ExternalTrafficPolicy != "", "externalTrafficPolicy", "LoadBalancer or NodePort")
	if spec.SessionAffinity == corev1.ServiceAffinityNone && spec.SessionAffinityConfig != nil {
		errs = append(errs, field.Forbidden(at.Child("sessionAffinityConfig"), "it goes with the sessionAffinity ClientIP only"))
	}
	for i, cidr := range spec.LoadBalancerSourceRanges {
		errs = append(errs, each(at.Child("loadBalancerSourceRanges").Index(i), cidr, prefix(strings.TrimSpace(cidr)))...)
	}
	if !headless && spec.ClusterIP != "" {
		errs = append(errs, each(at.Child("clusterIP"), spec.ClusterIP, ip(spec.ClusterIP))...)
	}
	for i, address := range spec.ExternalIPs {
		errs = append(errs, each(at.Child("externalIPs").Index(i), address, ip(address))...)
	}
	return errs
}

func servicePorts(spec *corev1.ServiceSpec, at *field.Path) (errs field.ErrorList) {
	names, numbers, nodes := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i, port := range spec.Ports {
		where, protocol := at.Index(i), cmp.Or(port.Protocol, corev1.ProtocolTCP)
		if port.Name == "" && len(spec.Ports) > 1 {
			errs = append(errs, field.Required(where.Child("name"), "each of several ports needs a name"))
		}
		if port.Name != "" {
			errs = append(errs, each(where.Child("name"), port.Name, validation.IsDNS1123Label(port.Name))...)
			if names[port.Name] {
				errs = append(errs, field.Duplicate(where.Child("name"), port.Name))
			}
			names[port.Name] = true
		}
		errs = append(errs, each(where.Child("port"), port.Port, validation.IsValidPortNum(int(port.Port)))...)
		if number := fmt.Sprint(port.Port, protocol); numbers[number] {
			errs = append(errs, field.Duplicate(where, number))
		} else {
			numbers[number] = true
		}
		if port.TargetPort.String() != "" && port.TargetPort != (intstr.IntOrString{}) {
			errs = append(errs, portRef(port.TargetPort, where.Child("targetPort"))...)
		}
		if port.NodePort == 0 {
			continue
		}
		if spec.Type == "" || spec.Type == corev1.ServiceTypeClusterIP {
			errs = append(errs, field.Forbidden(where.Child("nodePort"), "the type ClusterIP has none"))
		}
		if number := fmt.Sprint(port.NodePort, protocol); nodes[number] {
			errs = append(errs, field.Duplicate(where.Child("nodePort"), port.NodePort))
		} else {
			nodes[number] = true
		}
	}
	return errs
}

func ip(text string) []string {
	if _, err := netip.ParseAddr(text); err != nil {
		return []string{"it must be an IP address"}
	}
	return nil
}

func prefix(text string) []string {
	if _, err := netip.ParsePrefix(text); err != nil {
		return []string{"it must be a range of IP addresses such as 10.0.0.0/8"}
	}
	return nil
}
