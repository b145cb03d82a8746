package images

import (
	"maps"
	"slices"
	"strings"
)

// inObject returns the images that a rendered object names: those of every pod spec in it, whatever
// its kind, those in the own fields of a custom resource, and those in the texts of a ConfigMap.
// Strange are texts that stand where an image must, and are no reference.
func inObject(object map[string]any) (all []found, strange []string) {
	if items, ok := object["items"].([]any); ok && strings.HasSuffix(text(object, "kind"), "List") {
		for _, item := range items {
			if item, ok := item.(map[string]any); ok {
				more, moreStrange := inObject(item)
				all, strange = append(all, more...), append(strange, moreStrange...)
			}
		}
		return all, strange
	}
	f := finder{custom: isCustom(text(object, "apiVersion"))}
	f.walk(object)
	return append(f.all, inTexts(object)...), f.strange
}

// isCustom tells whether a kind of the API version may be a custom resource, which is free to name
// images anywhere. Kubernetes' own name them in pod specs only, and a CustomResourceDefinition
// speaks of them without needing any.
func isCustom(apiVersion string) bool {
	group, _, _ := strings.Cut(apiVersion, "/")
	switch group {
	case "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "authentication.k8s.io", "authorization.k8s.io",
		"certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "flowcontrol.apiserver.k8s.io", "networking.k8s.io",
		"node.k8s.io", "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io", "storagemigration.k8s.io":
		return false
	}
	return strings.Contains(group, ".")
}

// finder walks an object.
type finder struct {
	custom bool
	// off says that what is walked is a part of a custom resource that is switched off.
	off     bool
	all     []found
	strange []string
}

func (f *finder) add(reference string, how Found) {
	if image, ok := parse(reference, how); ok {
		image.off = f.off
		f.all = append(f.all, image)
	} else if how == FoundContainer || how == FoundVolume {
		f.strange = append(f.strange, reference)
	}
}

func (f *finder) walk(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			f.walk(item)
		}
	case map[string]any:
		if enabled, ok := v["enabled"].(bool); f.custom && ok && !enabled && !f.off {
			f.off = true
			defer func() { f.off = false }()
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			switch {
			case f.containers(key, v[key]), f.volumes(key, v[key]):
				continue
			case f.custom && isImageKey(key):
				f.field(v, key)
			}
			f.walk(v[key])
		}
		if f.custom {
			f.parts(v)
		}
	}
}

// isImageKey tells whether a field is named for an image: image, driverImage, baseImage.
func isImageKey(key string) bool { return key == "image" || strings.HasSuffix(key, "Image") }

// field takes a field of a custom resource that is named for an image. A word alone is an image
// only where a container is described, as in Argo's and Tekton's kinds.
func (f *finder) field(m map[string]any, key string) {
	reference := text(m, key)
	if text(m, "repository") != "" {
		return // it is a part of a reference
	}
	alone := key == "image" && describesContainer(m)
	switch {
	case !alone && !looksLikeOne(reference):
	case key == "image" && !isTagged(reference) && version(m)+digest(m) != "":
		f.add(join(reference, version(m), digest(m)), FoundParts)
	default:
		f.add(reference, FoundField)
	}
	if alone {
		f.told(m)
	}
}

// describesContainer tells whether a map is a container, and not the parts of a reference.
func describesContainer(m map[string]any) bool {
	for _, part := range []string{"repository", "version", "tag"} {
		if _, ok := m[part]; ok {
			return false
		}
	}
	return slices.ContainsFunc([]string{"command", "args", "script", "volumeMounts", "imagePullPolicy"}, func(key string) bool { return m[key] != nil })
}

// containers takes a list of containers, wherever it stands: a custom resource may embed a pod
// template at any place.
func (f *finder) containers(key string, v any) bool {
	list, ok := v.([]any)
	if !ok || key != "containers" && key != "initContainers" && key != "ephemeralContainers" {
		return false
	}
	for _, item := range list {
		container, _ := item.(map[string]any)
		if image := text(container, "image"); image != "" {
			f.add(image, FoundContainer)
		}
		f.told(container)
	}
	return true
}

// told takes what a container's program is told.
func (f *finder) told(container map[string]any) {
	f.env(container)
	for _, key := range []string{"command", "args"} {
		f.args(container[key])
	}
}

func (f *finder) volumes(key string, v any) bool {
	list, ok := v.([]any)
	if !ok || key != "volumes" {
		return false
	}
	for _, item := range list {
		volume, _ := item.(map[string]any)
		image, _ := volume["image"].(map[string]any)
		if reference := text(image, "reference"); reference != "" {
			f.add(reference, FoundVolume)
		}
	}
	return true
}

// env takes what operators are told by variables such as DRIVER_MANAGER_IMAGE.
func (f *finder) env(container map[string]any) {
	list, _ := container["env"].([]any)
	for _, item := range list {
		variable, _ := item.(map[string]any)
		if value := text(variable, "value"); looksWhole(value) || looksNamed(text(variable, "name"), value) {
			f.add(value, FoundEnv)
		}
	}
}

// args takes what operators are told by arguments such as --acme-http01-solver-image=REFERENCE,
// also where the value is an argument of its own.
func (f *finder) args(v any) {
	list, _ := v.([]any)
	flag := ""
	for _, item := range list {
		argument, _ := item.(string)
		if strings.HasPrefix(argument, "-") {
			flag, argument, _ = strings.Cut(argument, "=")
		}
		if looksWhole(argument) || looksNamed(flag, argument) {
			f.add(argument, FoundArg)
		}
		if argument != "" {
			flag = ""
		}
	}
}
