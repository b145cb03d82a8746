package rollout

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// BuiltObject is one object as a build made it.
type BuiltObject struct {
	// File is what it was made of; the kustomization, where that generated it.
	File string
	// Content is as JSON has it.
	Content map[string]any
}

// As returns the bundle with the objects that a build made of it in the place of
// those in its files. Each keeps the place of the object that it was; what the
// build added to it has the place of what comes nearest.
func (r *Rollout) As(made []BuiltObject) *Rollout {
	inFile := map[string][]*Object{}
	for _, o := range r.Objects {
		inFile[o.File] = append(inFile[o.File], o)
	}
	built := &Rollout{
		Tree: r.Tree, Listing: r.Listing, Broken: r.Broken,
		byRef: map[Ref]*Object{}, artifacts: map[Ref]*Artifact{},
	}
	for _, m := range made {
		o := &Object{File: m.File, Content: m.Content, node: &yaml.Node{}}
		o.APIVersion, o.Kind = o.Text("apiVersion"), o.Text("kind")
		o.Name, o.Namespace = o.Text("metadata", "name"), o.Text("metadata", "namespace")
		if inFile[m.File] == nil && m.File != r.Listing.File { // listed by other means than resources
			inFile[m.File] = r.objectsOf(m.File)
		}
		if was := origin(o, inFile[m.File]); was != nil {
			o.Line, o.node = was.Line, was.node
		}
		built.Objects = append(built.Objects, o)
		built.add(o)
	}
	return built
}

// origin finds what an object was before a build, which may have given it another
// name, mostly one with more before or behind it.
func origin(o *Object, all []*Object) *Object {
	var best *Object
	for _, was := range all {
		switch {
		case was.Kind != o.Kind:
		case was.Name == o.Name:
			return was
		case strings.Contains(o.Name, was.Name) && (best == nil || len(was.Name) > len(best.Name)):
			best = was
		}
	}
	return best
}
