package images

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// inObject returns the images that a rendered object names: those of every pod spec in it, whatever
// its kind, those in the own fields of a custom resource, and those in the texts of a ConfigMap.
func (o Options) inObject(object map[string]any) *finder {
	f := &finder{nodes: o.NodeOS, object: object}
	if items, ok := object["items"].([]any); ok && strings.HasSuffix(text(object, "kind"), "List") {
		for _, item := range items {
			if item, ok := item.(map[string]any); ok {
				f.take(o.inObject(item))
			}
		}
		return f
	}
	apiVersion, kind := text(object, "apiVersion"), text(object, "kind")
	group, _, _ := strings.Cut(apiVersion, "/")
	f.custom = isCustom(group)
	for _, fact := range facts() {
		if fact.group != group || fact.kind != kind {
			continue
		}
		if f.facts = append(f.facts, fact); fact.elsewhere != "" {
			f.notes = append(f.notes, fact.elsewhere)
		}
	}
	f.walk(object)
	f.texts(object)
	return f
}

// isCustom tells whether a kind of the API group may be a custom resource, which is free to name
// images anywhere. Kubernetes' own name them in pod specs only, and a CustomResourceDefinition
// speaks of them without needing any.
func isCustom(group string) bool {
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
	object map[string]any
	custom bool
	facts  []fact
	nodes  []string
	// path leads to what is walked.
	path []string
	// off says that what is walked is a part of a custom resource that is switched off.
	off bool
	all []found
	// strange are texts that stand where an image must, and are no reference; notes are why images
	// may be missing.
	strange, notes []string
}

func (f *finder) take(other *finder) {
	f.all, f.strange, f.notes = append(f.all, other.all...), append(f.strange, other.strange...), append(f.notes, other.notes...)
}

func (f *finder) add(reference string, how Found) {
	if image, ok := parse(reference, how); ok {
		image.off = f.off
		f.all = append(f.all, image)
	} else if how == FoundContainer || how == FoundVolume {
		f.strange = append(f.strange, reference)
	}
}

// addUnknown adds an image whose tag the bundle does not tell; note says where it comes from.
func (f *finder) addUnknown(base, written, note string, how Found) {
	if image, ok := parse(base, how); ok {
		image.reference, _, _ = strings.Cut(image.reference, "@")
		image.reference = strings.TrimSuffix(image.reference, ":latest")
		image.written, image.off, image.untagged, image.note = written, f.off, false, note
		f.all = append(f.all, image)
	}
}

// completed is the note of an image that is written without a tag where no container runtime reads
// it.
const completed = "written without a tag, which its reader may complete"

// known is what the facts say of the field that is walked.
func (f *finder) known() (known fact) {
	for _, fact := range f.facts {
		if !fact.about(f.path) {
			continue
		}
		known.name, known.digest = cmp.Or(fact.name, known.name), cmp.Or(fact.digest, known.digest)
		known.defaults, known.needs = cmp.Or(fact.defaults, known.defaults), cmp.Or(fact.needs, known.needs)
		known.node, known.kernel = cmp.Or(fact.node, known.node), cmp.Or(fact.kernel, known.kernel)
		known.whole = known.whole || fact.whole
	}
	return known
}

func (f *finder) walk(v any) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			f.below(strconv.Itoa(i), item)
		}
	case map[string]any:
		known := f.known()
		if enabled, ok := v["enabled"].(bool); !f.off && (f.custom && ok && !enabled || known.needs != "" && at(f.object, known.needs) != true) {
			f.off = true
			defer func() { f.off = false }()
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if f.containers(key, v[key]) || f.volumes(key, v[key]) {
				continue
			}
			if key == "metadata" || strings.HasSuffix(key, "Metadata") {
				f.marks(v[key])
			}
			f.below(key, v[key])
		}
		if f.custom {
			f.fields(v, known)
		}
	case string:
		if len(f.facts) > 0 && f.known().whole && looksLikeOne(v) {
			f.add(v, FoundField)
		}
	}
}

func (f *finder) below(key string, v any) {
	f.path = append(f.path, key)
	f.walk(v)
	f.path = f.path[:len(f.path)-1]
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
