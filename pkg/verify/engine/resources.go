package engine

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Resource is one object that a chart renders; of a List, one of its items.
type Resource struct {
	chart.Manifest
	Chart  *LocalChart
	Object map[string]any
	// Size is how large the object is as JSON, in bytes; of the items of a List, of all together.
	Size int
}

// resources are the objects of the manifests, in their order.
func (c *LocalChart) resources(manifests []chart.Manifest) []Resource {
	var all []Resource
	for _, m := range manifests {
		object, size := m.Object(), len(m.JSON)
		m.JSON = nil // it is large
		items, isList := object["items"].([]any)
		if kind, _ := object["kind"].(string); !isList || !strings.HasSuffix(kind, "List") {
			all = append(all, Resource{m, c, object, size})
			continue
		}
		for _, item := range items {
			if object, ok := item.(map[string]any); ok {
				all = append(all, Resource{m, c, object, size})
			}
		}
	}
	return all
}

// Resources are what all charts render, in the order of their releases.
func (s *Scene) Resources() []Resource {
	var all []Resource
	for _, c := range s.Charts() {
		all = append(all, c.Resources...)
	}
	return all
}

// Get returns the value at the keys, nil where there is no such value.
func (r Resource) Get(keys ...string) any {
	v, _, _ := unstructured.NestedFieldNoCopy(r.Object, keys...)
	return v
}

// TextAt returns the text at the keys, "" where there is no text.
func (r Resource) TextAt(keys ...string) string {
	text, _ := r.Get(keys...).(string)
	return text
}

// Kind returns the kind of the object.
func (r Resource) Kind() string { return r.TextAt("kind") }

// Group returns the API group, "" for the core group.
func (r Resource) Group() string {
	gv, _ := schema.ParseGroupVersion(r.TextAt("apiVersion"))
	return gv.Group
}

// InCore reports whether it is of the core group, and one of the kinds.
func (r Resource) InCore(kinds ...string) bool {
	return r.Group() == "" && slices.Contains(kinds, r.Kind())
}

// ref names the object as it will be in the cluster; one without a namespace may be for the whole
// cluster, or for the release's namespace.
func (r Resource) ref() rollout.Ref {
	return rollout.Ref{Kind: r.Kind(), Namespace: r.TextAt("metadata", "namespace"), Name: r.TextAt("metadata", "name")}
}

// Place is the template that renders it, in the bundle; of a packed chart, the archive; of a pulled
// one, where the release names it. The line is that of the kind, where the template names it.
func (r Resource) Place(s *Scene) rollout.Place {
	if !r.Chart.Source.Local() {
		at := r.Chart.Place()
		return rollout.Place{File: at.File, Line: at.Line, Object: r.ref().String()}
	}
	at := rollout.Place{File: r.Chart.file(r.Template), Object: r.ref().String()}
	at.Line = lineOfKind(r.Text(s), r.Kind(), r.TextAt("metadata", "name"))
	return at
}

// file returns the file of the bundle that a template comes from; "" where it is not known.
func (c *LocalChart) file(template string) string {
	_, inChart, _ := strings.Cut(template, "/")
	if file, ok := c.Source.Files[inChart]; ok {
		return file
	}
	rest, packed := strings.CutPrefix(inChart, "charts/")
	if !packed {
		return path.Join(c.Source.Dir, "Chart.yaml")
	}
	name, _, _ := strings.Cut(rest, "/")
	found := ""
	for file, from := range c.Source.Files {
		if base, ok := strings.CutPrefix(file, "charts/"+name); ok && !strings.Contains(base, "/") && (found == "" || from < found) {
			found = from
		}
	}
	return found
}

// From is the file that renders it, as messages name it: one of the bundle, or of a pulled chart.
func (r Resource) From(s *Scene) string {
	if !r.Chart.Source.Local() {
		return r.Template
	}
	return r.Place(s).File
}

// Text returns the template that renders it; nil where that is packed.
func (r Resource) Text(s *Scene) []byte {
	_, inChart, _ := strings.Cut(r.Template, "/")
	file, ok := r.Chart.Source.Files[inChart]
	if !ok {
		return nil
	}
	data, _ := s.Tree.Read(file)
	return data
}

// lineOfKind returns the line that begins an object of the kind, of that name if the text has its
// name; 0 where there is no such line.
func lineOfKind(data []byte, kind, name string) int {
	first := 0
	lines := bytes.Split(data, []byte("\n"))
	for i, line := range lines {
		text := strings.TrimLeft(string(line), "- \t")
		if value, ok := strings.CutPrefix(text, "kind:"); !ok || strings.Trim(value, " \"'\r") != kind {
			continue
		}
		if first == 0 {
			first = i + 1
		}
		const near = 12
		if around := bytes.Join(lines[i:min(i+near, len(lines))], []byte("\n")); name != "" && bytes.Contains(around, []byte("name: "+name)) {
			return i + 1
		}
	}
	return first
}
