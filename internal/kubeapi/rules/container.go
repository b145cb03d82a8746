package rules

import (
	"path"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// pod is what containers share.
type pod struct {
	spec  *corev1.PodSpec
	names map[string]bool
}

func (p pod) container(c *corev1.Container, at *field.Path) (errs field.ErrorList) {
	if c.Name != "" {
		errs = append(errs, each(at.Child("name"), c.Name, validation.IsDNS1123Label(c.Name))...)
	}
	if p.names[c.Name] && c.Name != "" {
		errs = append(errs, field.Duplicate(at.Child("name"), c.Name))
	}
	p.names[c.Name] = true
	if c.Image == "" {
		errs = append(errs, field.Required(at.Child("image"), "a container needs an image"))
	}
	errs = append(errs, p.ports(c.Ports, at.Child("ports"))...)
	errs = append(errs, environment(c, at)...)
	errs = append(errs, p.mounts(c, at)...)
	errs = append(errs, resources(c.Resources, p.spec, at.Child("resources"))...)
	for name, probe := range map[string]*corev1.Probe{"livenessProbe": c.LivenessProbe, "startupProbe": c.StartupProbe} {
		if probe != nil && probe.SuccessThreshold > 1 {
			errs = append(errs, field.Invalid(at.Child(name, "successThreshold"), probe.SuccessThreshold, "it must be 1"))
		}
		errs = append(errs, judgeProbe(probe, at.Child(name))...)
	}
	errs = append(errs, judgeProbe(c.ReadinessProbe, at.Child("readinessProbe"))...)
	if c.Lifecycle != nil {
		errs = append(errs, lifecycle(c.Lifecycle.PostStart, at.Child("lifecycle", "postStart"))...)
		errs = append(errs, lifecycle(c.Lifecycle.PreStop, at.Child("lifecycle", "preStop"))...)
	}
	return append(errs, security(c.SecurityContext, at.Child("securityContext"))...)
}

// ends judges the fields that make no sense in a container that must end before others start.
func (p pod) ends(c *corev1.Container, at *field.Path) (errs field.ErrorList) {
	forbid := func(has bool, name string) {
		if has {
			errs = append(errs, field.Forbidden(at.Child(name), "an init container has it only with the restartPolicy Always"))
		}
	}
	forbid(c.Lifecycle != nil, "lifecycle")
	forbid(c.LivenessProbe != nil, "livenessProbe")
	forbid(c.ReadinessProbe != nil, "readinessProbe")
	forbid(c.StartupProbe != nil, "startupProbe")
	return errs
}

func (p pod) ports(ports []corev1.ContainerPort, at *field.Path) (errs field.ErrorList) {
	names := map[string]bool{}
	for i, port := range ports {
		where := at.Index(i)
		if port.Name != "" {
			errs = append(errs, each(where.Child("name"), port.Name, validation.IsValidPortName(port.Name))...)
			if names[port.Name] {
				errs = append(errs, field.Duplicate(where.Child("name"), port.Name))
			}
			names[port.Name] = true
		}
		errs = append(errs, each(where.Child("containerPort"), port.ContainerPort, validation.IsValidPortNum(int(port.ContainerPort)))...)
		if port.HostPort == 0 {
			continue
		}
		errs = append(errs, each(where.Child("hostPort"), port.HostPort, validation.IsValidPortNum(int(port.HostPort)))...)
		if p.spec.HostNetwork && port.HostPort != port.ContainerPort {
			errs = append(errs, field.Invalid(where.Child("hostPort"), port.HostPort, "it must be the containerPort where the pod has the network of its node"))
		}
	}
	return errs
}

func environment(c *corev1.Container, at *field.Path) (errs field.ErrorList) {
	for i, env := range c.Env {
		where := at.Child("env").Index(i)
		if env.Name != "" {
			errs = append(errs, each(where.Child("name"), env.Name, validation.IsRelaxedEnvVarName(env.Name))...)
		}
		if env.ValueFrom == nil {
			continue
		}
		switch sources := present(*env.ValueFrom); {
		case env.Value != "" && len(sources) > 0:
			errs = append(errs, field.Invalid(where.Child("valueFrom"), "", "it may not be there when value is not empty"))
		case len(sources) == 0:
			errs = append(errs, field.Invalid(where.Child("valueFrom"), "", "it must say where the value comes from: fieldRef, resourceFieldRef, configMapKeyRef or secretKeyRef"))
		case len(sources) > 1:
			errs = append(errs, field.Invalid(where.Child("valueFrom"), "", "a value has one source, and this one has "+strings.Join(sources, " and ")))
		}
	}
	for i, env := range c.EnvFrom {
		where := at.Child("envFrom").Index(i)
		switch {
		case env.ConfigMapRef == nil && env.SecretRef == nil:
			errs = append(errs, field.Invalid(where, "", "it must have configMapRef or secretRef"))
		case env.ConfigMapRef != nil && env.SecretRef != nil:
			errs = append(errs, field.Invalid(where, "", "it may not have both configMapRef and secretRef"))
		}
	}
	return errs
}

func (p pod) mounts(c *corev1.Container, at *field.Path) (errs field.ErrorList) {
	known := func(name string) bool {
		return slices.ContainsFunc(p.spec.Volumes, func(v corev1.Volume) bool { return v.Name == name || v.Name == "" || unknown(v.Name) })
	}
	paths := map[string]bool{}
	for i, mount := range c.VolumeMounts {
		where := at.Child("volumeMounts").Index(i)
		if mount.Name != "" && !known(mount.Name) {
			errs = append(errs, field.NotFound(where.Child("name"), mount.Name))
		}
		if paths[mount.MountPath] && mount.MountPath != "" {
			errs = append(errs, field.Invalid(where.Child("mountPath"), mount.MountPath, "another volume is mounted there"))
		}
		paths[mount.MountPath] = true
		for name, sub := range map[string]string{"subPath": mount.SubPath, "subPathExpr": mount.SubPathExpr} {
			if path.IsAbs(sub) || slices.Contains(strings.Split(sub, "/"), "..") {
				errs = append(errs, field.Invalid(where.Child(name), sub, "it must be a relative path without .."))
			}
		}
	}
	for i, device := range c.VolumeDevices {
		if device.Name != "" && !known(device.Name) {
			errs = append(errs, field.NotFound(at.Child("volumeDevices").Index(i).Child("name"), device.Name))
		}
	}
	return errs
}

func judgeProbe(probe *corev1.Probe, at *field.Path) field.ErrorList {
	if probe == nil {
		return nil
	}
	errs := handler(present(probe.ProbeHandler), probe.HTTPGet, probe.TCPSocket, probe.Exec, at)
	if probe.GRPC != nil {
		errs = append(errs, each(at.Child("grpc", "port"), probe.GRPC.Port, validation.IsValidPortNum(int(probe.GRPC.Port)))...)
	}
	errs = append(errs, notNegative(&probe.InitialDelaySeconds, at.Child("initialDelaySeconds"))...)
	errs = append(errs, notNegative(&probe.TimeoutSeconds, at.Child("timeoutSeconds"))...)
	errs = append(errs, notNegative(&probe.PeriodSeconds, at.Child("periodSeconds"))...)
	errs = append(errs, notNegative(&probe.SuccessThreshold, at.Child("successThreshold"))...)
	return append(errs, notNegative(&probe.FailureThreshold, at.Child("failureThreshold"))...)
}

func lifecycle(h *corev1.LifecycleHandler, at *field.Path) field.ErrorList {
	if h == nil {
		return nil
	}
	return handler(present(*h), h.HTTPGet, h.TCPSocket, h.Exec, at)
}

// handler judges what asks or tells a container something.
func handler(kinds []string, http *corev1.HTTPGetAction, tcp *corev1.TCPSocketAction, exec *corev1.ExecAction, at *field.Path) (errs field.ErrorList) {
	switch {
	case len(kinds) == 0:
		return field.ErrorList{field.Required(at, "it must say what is done: exec, httpGet, tcpSocket or grpc")}
	case len(kinds) > 1:
		return field.ErrorList{field.Forbidden(at, "one thing is done, and this has "+strings.Join(kinds, " and "))}
	case http != nil:
		return portRef(http.Port, at.Child("httpGet", "port"))
	case tcp != nil:
		return portRef(tcp.Port, at.Child("tcpSocket", "port"))
	case exec != nil && len(exec.Command) == 0:
		return field.ErrorList{field.Required(at.Child("exec", "command"), "the command is needed")}
	}
	return nil
}

func portRef(port intstr.IntOrString, at *field.Path) field.ErrorList {
	if port.Type == intstr.Int {
		return each(at, port.IntVal, validation.IsValidPortNum(int(port.IntVal)))
	}
	return each(at, port.StrVal, validation.IsValidPortName(port.StrVal))
}

func security(context *corev1.SecurityContext, at *field.Path) field.ErrorList {
	if context == nil {
		return nil
	}
	var errs field.ErrorList
	if no := context.AllowPrivilegeEscalation; no != nil && !*no {
		if context.Privileged != nil && *context.Privileged {
			errs = append(errs, field.Invalid(at.Child("allowPrivilegeEscalation"), false, "it may not be false where privileged is true"))
		}
		if context.Capabilities != nil && slices.Contains(context.Capabilities.Add, "CAP_SYS_ADMIN") {
			errs = append(errs, field.Invalid(at.Child("allowPrivilegeEscalation"), false, "it may not be false where CAP_SYS_ADMIN is added"))
		}
	}
	return errs
}

// present returns the names of the pointers of a struct that are set, as JSON has them: those of a
// union, of which one must be.
func present(union any) (names []string) {
	v := reflect.ValueOf(union)
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Pointer && !f.IsNil() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}
