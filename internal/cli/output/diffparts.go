package output

import (
	"fmt"
	"reflect"
	"strings"

	differ "github.com/aicr-flux/aicr/pkg/diff"
)

// releaseBody is what differs of a release.
func releaseBody(r differ.Release) (b body) {
	part := func(title string, fields []differ.Field) {
		if len(fields) > 0 {
			b.title(title)
			b.fields(1, fields)
		}
	}
	part("values", r.Values)
	part("settings", r.Settings)
	b.set("waits for", r.WaitsFor)
	if len(r.Objects)+r.Relabelled > 0 {
		b.title("objects")
		b.objects(r.Objects)
	}
	if r.Relabelled > 0 {
		b = append(b, entry{depth: 1, sign: "~", text: count(r.Relabelled, "object") + " only in labels with the version"})
	}
	b.set("images", r.Images)
	return b
}

// set adds what is on one side only.
func (b *body) set(title string, s differ.Set) {
	if s.Empty() {
		return
	}
	b.title(title)
	b.texts(s)
}

func (b *body) texts(s differ.Set) {
	for _, text := range s.Removed {
		*b = append(*b, entry{depth: 1, sign: "-", text: text})
	}
	for _, text := range s.Added {
		*b = append(*b, entry{depth: 1, sign: "+", text: text})
	}
}

// part is a part of a report.
type part struct {
	head string
	body body
}

// parts are those of the releases, the same ones of several releases once, and then the others.
func parts(r differ.Report) (parts []part) {
	for _, release := range r.Releases {
		body := releaseBody(release)
		last := len(parts) - 1
		switch {
		case len(body) == 0:
		case release.Action == differ.Configure && last >= 0 && reflect.DeepEqual(parts[last].body, body):
			name, action, _ := strings.Cut(parts[last].head, ": ")
			parts[last].head = name + ", " + release.Release + ": " + action
		default:
			parts = append(parts, part{releaseHead(release), body})
		}
	}
	return append(parts, otherParts(r)...)
}

// otherParts are those that belong to no release.
func otherParts(r differ.Report) (parts []part) {
	if len(r.Objects) > 0 {
		var b body
		b.objects(r.Objects)
		parts = append(parts, part{"Objects of the bundle itself", b})
	}
	if len(r.CRDs) > 0 {
		var b body
		for _, crd := range r.CRDs {
			b = append(b, entry{depth: 1, sign: signOf(crd.Change), text: crdText(crd)})
		}
		parts = append(parts, part{"CustomResourceDefinitions", b})
	}
	for _, s := range []struct {
		head string
		set  differ.Set
	}{{"Namespaces", r.Namespaces}, {"The cluster needs", r.Needs}} {
		if !s.set.Empty() {
			var b body
			b.texts(s.set)
			parts = append(parts, part{s.head, b})
		}
	}
	return parts
}

func crdText(crd differ.CRD) string {
	text := crd.Name
	if crd.Release != "" {
		text += " (" + crd.Release + ")"
	}
	if crd.Stored != nil {
		text += fmt.Sprintf(", stored as %s → %s", crd.Stored.From, crd.Stored.To)
	}
	for _, v := range crd.Served.Removed {
		text += ", no longer serves " + v
	}
	for _, v := range crd.Served.Added {
		text += ", serves " + v
	}
	if crd.Left {
		text += ", Flux leaves what is there"
	}
	return text
}
