package verify

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/helmchart"
	"github.com/aicr-flux/aicr/internal/rollout"
)

// resource is one object that a local chart renders; of a List, one of its items.
type resource struct {
	helmchart.Manifest
	chart  *localChart
	object map[string]any
}

// resources are the objects of the chart, in the order of its manifests.
func (c *localChart) resources() []resource {
	var all []resource
	for _, m := range c.Manifests {
		items, isList := m.Object["items"].([]any)
		if kind, _ := m.Object["kind"].(string); !isList || !strings.HasSuffix(kind, "List") {
			all = append(all, resource{m, c, m.Object})
			continue
		}
		for _, item := range items {
			if object, ok := item.(map[string]any); ok {
				all = append(all, resource{m, c, object})
			}
		}
	}
	return all
}

func (r resource) get(keys ...string) any {
	var v any = r.object
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func (r resource) text(keys ...string) string {
	text, _ := r.get(keys...).(string)
	return text
}

func (r resource) kind() string { return r.text("kind") }

// group returns the API group, "" for the core group.
func (r resource) group() string {
	group, _, found := strings.Cut(r.text("apiVersion"), "/")
	if !found {
		return ""
	}
	return group
}

// inCore reports whether it is of the core group, and one of the kinds.
func (r resource) inCore(kinds ...string) bool {
	return r.group() == "" && slices.Contains(kinds, r.kind())
}

// ref names the object as it will be in the cluster; one without a namespace may
// be for the whole cluster, or for the release's namespace.
func (r resource) ref() rollout.Ref {
	return rollout.Ref{Kind: r.kind(), Namespace: r.text("metadata", "namespace"), Name: r.text("metadata", "name")}
}

// place is the template that renders it, in the bundle; of a packed chart, the
// archive. The line is that of the kind, where the template names it.
func (r resource) place(s *scene) rollout.Place {
	at := rollout.Place{File: r.chart.file(r.Template), Object: r.ref().String()}
	if data := r.chart.template(s, r.Template); data != nil {
		at.Line = lineOfKind(data, r.kind(), r.text("metadata", "name"))
	}
	return at
}

// file returns the file of the bundle that a template comes from; "" where it is
// not known.
func (c *localChart) file(template string) string {
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

// template returns the text of a template; nil where that is packed.
func (c *localChart) template(s *scene, template string) []byte {
	_, inChart, _ := strings.Cut(template, "/")
	file, ok := c.Source.Files[inChart]
	if !ok {
		return nil
	}
	data, err := s.Tree.Read(file)
	if err != nil {
		return nil
	}
	return data
}

// lineOfKind returns the line that begins an object of the kind, of that name if
// the text has its name; 0 where there is none.
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
