package fluxtree

import (
	"cmp"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/aicr-flux/aicr/internal/yamldoc"
)

// The API groups that say what Flux applies.
const (
	kustomizeGroup = "kustomize.toolkit.fluxcd.io"
	sourceGroup    = "source.toolkit.fluxcd.io"
	operatorGroup  = "fluxcd.controlplane.io"
)

// maxFile bounds a file of objects; no API server takes an object that comes near it.
const maxFile = 10 << 20

// object has what is needed of a Kustomization, a GitRepository and a FluxInstance.
type object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
	Spec struct {
		Path            string `json:"path"`
		TargetNamespace string `json:"targetNamespace"`
		SourceRef       struct {
			Kind      string `json:"kind"`
			Name      string `json:"name"`
			Namespace string `json:"namespace"`
		} `json:"sourceRef"`
		PostBuild *PostBuild `json:"postBuild"`
		URL       string     `json:"url"`
		Ref       struct {
			Branch string `json:"branch"`
		} `json:"ref"`
		Sync struct {
			Kind string `json:"kind"`
			Name string `json:"name"`
			URL  string `json:"url"`
			Ref  string `json:"ref"`
			Path string `json:"path"`
		} `json:"sync"`
	} `json:"spec"`
}

// schema is what the definition of a resource has at its top. These are long, and are no objects of
// that resource.
var schema = regexp.MustCompile(`(?m)^kind: *"?CustomResourceDefinition`)

// separator is the line between two documents.
var separator = regexp.MustCompile(`(?m)^---([ \t\r].*)?$`)

// objects are those of a file.
func (t *Tree) objects(file string) []object { return objectsIn(t.read(file)) }

func objectsIn(content []byte) []object {
	var all []object
	for _, text := range separator.Split(string(content), -1) {
		if !strings.Contains(text, "fluxcd") || schema.MatchString(text) {
			continue
		}
		docs, _ := yamldoc.ParseAll([]byte(text))
		for _, doc := range docs {
			var o object
			_, _ = yamldoc.Decode(doc, &o, yamldoc.Options{Unknown: yamldoc.Ignore}) // a field of another kind is left out
			if o.Metadata.Name != "" {
				all = append(all, o)
			}
		}
	}
	return all
}

// read returns the content of a regular file, nil where there is none, or one that is too large.
func (t *Tree) read(file string) []byte {
	info, err := fs.Lstat(t.fsys, file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil
	}
	data, _ := fs.ReadFile(t.fsys, file)
	return data
}

func (o *object) group() string {
	group, _, _ := strings.Cut(o.APIVersion, "/")
	return group
}

// meaning returns the Kustomization and the source that an object is, or makes.
func (o *object) meaning(file string) (*Kustomization, *Source) {
	group, m, spec := o.group(), o.Metadata, o.Spec
	switch {
	case group == kustomizeGroup && o.Kind == "Kustomization" && spec.SourceRef.Kind == "GitRepository":
		return &Kustomization{
			Namespace: m.Namespace, Name: m.Name, Path: clean(spec.Path), File: file, First: path.Base(file) == SetupFile,
			TargetNamespace: spec.TargetNamespace,
			source:          Source{Namespace: cmp.Or(spec.SourceRef.Namespace, m.Namespace), Name: spec.SourceRef.Name},
			PostBuild:       spec.PostBuild,
		}, nil
	case group == sourceGroup && o.Kind == "GitRepository":
		return nil, &Source{Namespace: m.Namespace, Name: m.Name, URL: spec.URL, Branch: spec.Ref.Branch, File: file}
	case group == operatorGroup && o.Kind == "FluxInstance" && spec.Sync.Kind == "GitRepository":
		name := cmp.Or(spec.Sync.Name, m.Namespace)
		s := Source{Namespace: m.Namespace, Name: name, URL: spec.Sync.URL, Branch: strings.TrimPrefix(spec.Sync.Ref, "refs/heads/"), File: file}
		return &Kustomization{Namespace: m.Namespace, Name: name, Path: clean(spec.Sync.Path), File: file, First: true, source: s}, &s
	}
	return nil, nil
}

// clean returns a path of Flux as one from the root of the work tree on.
func clean(p string) string { return cmp.Or(path.Clean("/" + p)[1:], ".") }
