package rollout

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/kustomize/api/types"
	kubeyaml "sigs.k8s.io/yaml"
)

// Builder runs kustomize over files, by their paths, whose root holds a kustomization.
type Builder interface {
	// Build returns what the build makes, in its order. An error that wraps ErrLimit says that the
	// build was stopped; any other is what kustomize complains of.
	Build(ctx context.Context, files map[string][]byte) ([]BuiltObject, error)
}

// ErrLimit is wrapped by errors of a Builder that stopped a build because it took too much.
var ErrLimit = errors.New("the build needs too much time or memory")

// ErrNotAlone says that a build would need more than the bundle.
type ErrNotAlone struct{ Why string }

// Error says what the build would reach for.
func (e ErrNotAlone) Error() string {
	return "the build could ask another server, or run a program: " + e.Why
}

// BuiltObject is one object as a build made it.
type BuiltObject struct {
	// File is what it was made of; the kustomization, where that generated it, and empty where
	// kustomize does not say.
	File string
	// JSON is the object.
	JSON []byte
}

// build replaces the objects of the files by what the build makes of them, where it does more than
// to gather them. Where that fails, BuildErr says why, and the objects stay as in the files.
func (r *Rollout) build(ctx context.Context) {
	if r.Listing.Plain || len(r.Broken) > 0 {
		return
	}
	if why := selfContained(r.Tree, ".", map[string]bool{}); why != "" {
		r.BuildErr = ErrNotAlone{why}
		return
	}
	files := map[string][]byte{}
	for _, file := range r.Tree.Paths() {
		if path.Ext(file) == ".tgz" || !r.Tree.IsFile(file) {
			continue
		}
		data, err := r.Tree.Read(file)
		if err != nil {
			r.BuildErr = err
			return
		}
		if file == r.Listing.File {
			data = rememberOrigins(data)
		}
		files[file] = data
	}
	made, err := r.builder.Build(ctx, files)
	var objects []*Object
	if err == nil {
		objects, err = r.madeOf(made)
	}
	if r.BuildErr = err; err == nil {
		r.Objects, r.Built = objects, true
	}
}

// rememberOrigins lets a kustomization annotate each object with its file.
func rememberOrigins(kustomization []byte) []byte {
	var fields map[string]any
	if err := kubeyaml.Unmarshal(kustomization, &fields); err != nil || fields == nil {
		return kustomization // kustomize will complain of it
	}
	fields["buildMetadata"] = []string{types.OriginAnnotations}
	if data, err := kubeyaml.Marshal(fields); err == nil {
		return data
	}
	return kustomization
}

// madeOf are the objects of a build. Each keeps the place of the object that it was; what the build
// added to it has the place of what comes nearest.
func (r *Rollout) madeOf(made []BuiltObject) ([]*Object, error) {
	inFile := map[string][]*Object{}
	for _, o := range r.Objects {
		inFile[o.File] = append(inFile[o.File], o)
	}
	objects := make([]*Object, 0, len(made))
	for _, m := range made {
		if m.File == "" {
			m.File = r.Listing.File
		}
		o := &Object{File: m.File, node: &yaml.Node{}}
		if err := json.Unmarshal(m.JSON, &o.Content); err != nil {
			return nil, fmt.Errorf("the build makes something of %s that cannot be read: %w", m.File, err)
		}
		o.APIVersion, o.Kind = o.Text("apiVersion"), o.Text("kind")
		o.Name, o.Namespace = o.Text("metadata", "name"), o.Text("metadata", "namespace")
		if inFile[m.File] == nil && m.File != r.Listing.File { // listed by other means than resources
			inFile[m.File] = r.objectsOf(m.File)
		}
		if was := origin(o, inFile[m.File]); was != nil {
			o.Line, o.node = was.Line, was.node
		}
		objects = append(objects, o)
	}
	return objects, nil
}

// origin finds what an object was before a build, which may have given it another name, mostly one
// with more before or behind it.
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
