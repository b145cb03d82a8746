package rollout

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/yamldoc"
)

// Object is one object of the bundle.
type Object struct {
	Ref
	// APIVersion is as it is written, "helm.toolkit.fluxcd.io/v2".
	APIVersion string
	// File holds the object, from Line on, perhaps with others.
	File string
	Line int
	// Content is the object as JSON has it. Nobody may change it. Variables that it was made with are
	// filled in, as far as they are known, so that other text of it is as it is in the cluster.
	Content map[string]any
	node    *yaml.Node
	// written is the content before; nil where nothing was filled in.
	written map[string]any
}

// Place is where the field at path is written: keys are strings, indexes ints. Where there is no
// such field, it is the place of what comes nearest to it.
func (o *Object) Place(path ...any) Place {
	return Place{File: o.File, Line: yamldoc.Line(o.node, path...), Object: o.String(), Path: Dotted(path...)}
}

// Get follows keys and indexes through the content; nil where the way ends.
func (o *Object) Get(path ...any) any { return At(o.Content, path...) }

// Text is Get for text, "" where there is no text.
func (o *Object) Text(path ...any) string {
	s, _ := o.Get(path...).(string)
	return s
}

// At returns what is at the path in decoded YAML or JSON: keys and indices; nil where nothing is.
func At(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			list, _ := v.([]any)
			if step < 0 || step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

// newObject makes the object of a document, which must at least say what it is.
func newObject(file string, n *yaml.Node) (*Object, *Problem) {
	v, err := content(n)
	if err != nil {
		return nil, problemIn(file, err)
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, &Problem{InFile(file, n.Line), "it is not an object: a map with apiVersion, kind and metadata is needed"}
	}
	o := &Object{File: file, Line: n.Line, Content: m, node: n}
	o.APIVersion, o.Kind = o.Text("apiVersion"), o.Text("kind")
	for _, field := range []string{"apiVersion", "kind"} {
		if o.Text(field) == "" {
			return nil, &Problem{InFile(file, n.Line), "the object has no " + field}
		}
	}
	o.Name, o.Namespace = o.Text("metadata", "name"), o.Text("metadata", "namespace")
	if o.Name == "" && !o.isList() {
		return nil, &Problem{InFile(file, o.Place("metadata").Line), "the object has no metadata.name"}
	}
	return o, nil
}

// isList reports whether kustomize takes the object for others in a list, as it does with every
// FooList that has items.
func (o *Object) isList() bool {
	_, hasItems := o.Content["items"]
	return hasItems && strings.HasSuffix(o.Kind, "List") || o.Kind == "List"
}

// Group returns the API group, "" for the core group.
func (o *Object) Group() string {
	group, _, ok := strings.Cut(o.APIVersion, "/")
	if !ok {
		return ""
	}
	return group
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}
