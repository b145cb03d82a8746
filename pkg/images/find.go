package images

import (
	"maps"
	"slices"
	"strings"
)

// inObject returns the images that a rendered object names: those of every pod spec in it, whatever its kind, and those
// in the own fields of a custom resource.
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
	return f.all, f.strange
}

// isCustom tells whether a kind of the API version may be a custom resource, which is free to name images anywhere.
// Kubernetes' own name them in pod specs only, and a CustomResourceDefinition speaks of them without needing any.
func isCustom(apiVersion string) bool {
	group, _, ok := strings.Cut(apiVersion, "/")
	return ok && strings.Contains(group, ".") && !slices.Contains(kubernetesGroups(), group)
}

func kubernetesGroups() []string {
	return []string{
		"admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "authentication.k8s.io", "authorization.k8s.io",
		"certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "flowcontrol.apiserver.k8s.io", "networking.k8s.io",
		"node.k8s.io", "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io", "storagemigration.k8s.io",
	}
}

// finder walks an object.
type finder struct {
	custom  bool
	all     []found
	strange []string
}

func (f *finder) add(reference string, how Found) {
	if image, ok := parse(reference, how); ok {
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
		for _, key := range slices.Sorted(maps.Keys(v)) {
			switch {
			case f.containers(key, v[key]), f.volumes(key, v[key]):
				continue
			case f.custom && isImageKey(key):
				if reference, ok := v[key].(string); ok && looksLikeOne(reference) && text(v, "repository") == "" {
					f.add(reference, FoundField)
				}
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

// containers takes a list of containers, wherever it stands: a custom resource may embed a pod template at any place.
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
		f.env(container)
		for _, key := range []string{"command", "args"} {
			f.args(container[key])
		}
	}
	return true
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

// env takes what operators are told by variables such as DRIVER_MANAGER_IMAGE or RELATED_IMAGE_AGENT.
func (f *finder) env(container map[string]any) {
	list, _ := container["env"].([]any)
	for _, item := range list {
		variable, _ := item.(map[string]any)
		value := text(variable, "value")
		if looksWhole(value) || strings.Contains(strings.ToUpper(text(variable, "name")), "IMAGE") && strings.Contains(value, "/") && looksLikeOne(value) {
			f.add(value, FoundEnv)
		}
	}
}

// args takes what operators are told by arguments such as --acme-http01-solver-image=REFERENCE, also where the value is
// an argument of its own.
func (f *finder) args(v any) {
	list, _ := v.([]any)
	for _, item := range list {
		argument, _ := item.(string)
		if _, value, ok := strings.Cut(argument, "="); ok && strings.HasPrefix(argument, "-") {
			argument = value
		}
		if looksWhole(argument) {
			f.add(argument, FoundArg)
		}
	}
}

// parts takes a map whose fields make a reference together, in the forms that operators read:
//
//	repository: nvcr.io/nvidia    repository: quay.io/org/agent
//	image: driver                 tag: v1.2.3
//	version: 580.82.07            registry: quay.io (before the repository)
func (f *finder) parts(m map[string]any) {
	if reference, ok := joined(m); ok {
		f.add(reference, FoundParts)
		return
	}
	repository, tag := text(m, "repository"), text(m, "tag")
	if repository == "" || tag == "" && text(m, "digest") == "" || text(m, "image") != "" {
		return
	}
	f.add(reference(strings.TrimPrefix(text(m, "registry")+"/", "/")+repository, tag, text(m, "digest")), FoundParts)
}

// inValues returns the images for which the values of a release have repository, image and version side by side, as
// values that end up in an operator's custom resource do.
func inValues(values map[string]any) []found {
	f := finder{}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			if reference, ok := joined(v); ok {
				f.add(reference, FoundParts)
			}
			for _, key := range slices.Sorted(maps.Keys(v)) {
				walk(v[key])
			}
		}
	}
	walk(values)
	return f.all
}

// joined makes a reference of repository, image and version (or tag), or digest.
func joined(m map[string]any) (string, bool) {
	repository, image := text(m, "repository"), text(m, "image")
	version := text(m, "version")
	if version == "" {
		version = text(m, "tag")
	}
	if repository == "" || image == "" || version == "" && text(m, "digest") == "" {
		return "", false
	}
	return reference(strings.TrimSuffix(repository, "/")+"/"+image, version, text(m, "digest")), true
}

// reference joins what is there. A version may be a digest: that is how NVIDIA's operators are given one.
func reference(repository, version, digest string) string {
	if strings.HasPrefix(version, "sha256:") {
		version, digest = "", version
	}
	if version != "" {
		repository += ":" + version
	}
	if digest != "" {
		repository += "@" + digest
	}
	return repository
}

func text(m map[string]any, key string) string {
	s, _ := m[key].(string)
	return s
}
