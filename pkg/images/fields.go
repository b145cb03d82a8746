package images

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// fields takes the fields of a map in a custom resource that name images, or make references
// together.
func (f *finder) fields(m map[string]any, known fact) {
	held := scalars(m)
	groups := group(held)
	p := groups[""]
	if p == nil {
		p = &pieces{}
		groups[""] = p
	}
	if known.digest != "" && strings.HasPrefix(held[known.digest], "sha256:") {
		p.digest = held[known.digest]
	}
	switch {
	case known.name != "" && p.repository != "":
		p.name = held[known.name]
	case known.name != "" && f.isImage() && held[known.name] != "":
		f.notes = append(f.notes, "the operator completes the name of the image "+held[known.name]+" on its own")
	case f.isImage() && p.repository != "" && p.name == "": // image: {repository, name, tag}
		p.name = held["name"]
	}
	if defaults, ok := at(f.object, known.defaults).(map[string]any); ok && p.name != "" {
		p.repository = cmp.Or(p.repository, text(defaults, "repository"))
		p.tag = cmp.Or(p.tag, text(defaults, "version"))
	}
	for _, stem := range slices.Sorted(maps.Keys(groups)) {
		p := groups[stem]
		switch {
		case stem != "" && !p.spoken:
		case p.name == "" && p.repository != "":
			// The version beside a repository may be anything's.
			tagged := p.digest != "" || p.tag != "" && (stem != "" || p.registry != "" || held["tag"] != "")
			if tagged {
				f.joined(*p, m, known)
			} else if strings.Contains(p.repository, "/") && (p.emptyTag || f.isImage()) {
				f.addUnknown(p.base(), p.base(), completed, FoundParts)
			}
		case p.name == "":
		case p.repository+p.registry == "" || looksWhole(p.name):
			f.field(*p, stem == "" && describesContainer(m))
		case p.tag+p.digest == "":
			f.addUnknown(p.base(), p.base(), completed, FoundParts)
		default:
			f.joined(*p, m, known)
		}
	}
	if describesContainer(m) && held["image"] != "" {
		f.told(m)
	}
}

// isImage tells whether what is walked is a field named for an image.
func (f *finder) isImage() bool {
	return len(f.path) > 0 && (f.path[len(f.path)-1] == "image" || strings.HasSuffix(f.path[len(f.path)-1], "Image"))
}

// field takes a reference that stands in one field, or all but its tag. A word alone is an image
// only where a container is described, as in Argo's and Tekton's kinds.
func (f *finder) field(p pieces, container bool) {
	switch {
	case !container && !looksLikeOne(p.name):
	case !isTagged(p.name) && p.tag+p.digest != "":
		f.add(p.reference(), FoundParts)
	case isTagged(p.name) || container:
		f.add(p.name, FoundField)
	default:
		f.addUnknown(p.name, p.name, completed, FoundField)
	}
}

// joined takes a reference that fields make together. Where a node completes the tag, the
// reference is there only for the nodes that are known.
func (f *finder) joined(p pieces, m map[string]any, known fact) {
	pinned := p.digest != "" || strings.HasPrefix(p.tag, "sha256:")
	before := len(f.all)
	kernel := known.kernel != "" && m[known.kernel] == true
	switch {
	case known.node == "" || pinned:
		f.add(p.reference(), FoundParts)
	case kernel:
		f.addUnknown(p.base(), p.reference(), fmt.Sprintf("%s-KERNEL-%s, with the node's kernel and operating system", p.tag, known.node), FoundParts)
	case len(f.nodes) == 0:
		f.addUnknown(p.base(), p.reference(), fmt.Sprintf("%s-%s, with the node's operating system, such as %s", p.tag, known.node, known.node.of("ubuntu24.04")), FoundParts)
		for i := range f.all[before:] {
			f.all[before+i].ofNode = true
		}
	default:
		for _, node := range f.nodes {
			image := p
			image.tag += "-" + known.node.of(node)
			f.add(image.reference(), FoundParts)
		}
	}
}

// describesContainer tells whether a map is a container, and not the parts of a reference.
func describesContainer(m map[string]any) bool {
	for _, part := range []string{"repository", "version", "tag"} {
		if _, ok := m[part]; ok {
			return false
		}
	}
	return slices.ContainsFunc([]string{"command", "args", "script", "source", "volumeMounts"}, func(key string) bool { return m[key] != nil })
}
