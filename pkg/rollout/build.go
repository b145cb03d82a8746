package rollout

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/kustomize/api/types"
	kubeyaml "sigs.k8s.io/yaml"
)

// Builder runs kustomize over files, by their paths.
type Builder interface {
	// Build returns what the kustomization in dir makes, in its order. An error that wraps ErrLimit
	// says that the build was stopped; any other is what kustomize complains of.
	Build(ctx context.Context, dir string, files map[string][]byte) ([]BuiltObject, error)
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
	// File is what it was made of, from dir on; the kustomization, where that generated it, and empty
	// where kustomize does not say.
	File string
	// JSON is the object.
	JSON []byte
}

// build replaces the objects of the files by what the build makes of them, where it does more than
// to gather them. Where that fails, BuildErr says why, and the objects stay as in the files.
func (r *Rollout) build(ctx context.Context, targetNamespace string) {
	if r.Listing.Plain && targetNamespace == "" || len(r.Broken) > 0 {
		return
	}
	r.Listing.Plain = false
	beside := &beside{tree: r.Tree, visited: map[string]bool{}}
	if why := beside.follow("."); why != "" {
		r.BuildErr = ErrNotAlone{why}
		return
	}
	files := map[string][]byte{}
	for _, file := range slices.Concat(r.Tree.Paths(), beside.files) {
		if path.Ext(file) == ".tgz" || !r.Tree.IsFile(file) {
			continue
		}
		data, err := r.Tree.Read(file)
		if err != nil {
			r.BuildErr = err
			return
		}
		files[r.Tree.whole(file)] = data
	}
	kustomization := r.Tree.whole(cmp.Or(r.Listing.File, "kustomization.yaml"))
	files[kustomization] = r.asFluxBuilds(files[kustomization], targetNamespace)
	made, err := r.builder.Build(ctx, r.Tree.whole("."), files)
	var objects []*Object
	if err == nil {
		objects, err = r.madeOf(made)
	}
	if r.BuildErr = err; err == nil {
		r.Objects, r.Built = objects, true
	}
}

// asFluxBuilds is the kustomization of the root as kustomize-controller changes it, or makes it
// where there is none, before it builds. It also lets kustomize annotate each object with its file.
func (r *Rollout) asFluxBuilds(kustomization []byte, targetNamespace string) []byte {
	fields := map[string]any{}
	if err := kubeyaml.Unmarshal(kustomization, &fields); err != nil {
		return kustomization // kustomize will complain of it
	}
	if fields == nil || r.Listing.File == "" {
		resources := make([]string, 0, len(r.Listing.Entries))
		for _, entry := range r.Listing.Entries {
			resources = append(resources, entry.Target)
		}
		fields = map[string]any{"resources": resources}
	}
	if targetNamespace != "" {
		fields["namespace"] = targetNamespace
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
		if m.File = r.Tree.reach(m.File); m.File == "" {
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
