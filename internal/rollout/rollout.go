package rollout

import (
	"context"
	"io/fs"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/internal/parallel"
)

// Rollout is a bundle as Flux reads it.
type Rollout struct {
	Tree    *Tree
	Listing *Listing
	// Objects are what the build hands to the cluster, in the order in which the
	// files are listed; of a build that changes objects, as they were before.
	Objects []*Object
	// Broken is what could not be read.
	Broken []Problem
	// Releases are the HelmReleases among the objects, in the same order.
	Releases []*Release

	byRef     map[Ref]*Object
	artifacts map[Ref]*Artifact
}

// Read reads the bundle in fsys. The error is one of the file system or of ctx;
// what is wrong with the bundle is in Broken.
func Read(ctx context.Context, fsys fs.FS) (*Rollout, error) {
	tree, err := newTree(ctx, fsys)
	if err != nil {
		return nil, err
	}
	r := &Rollout{Tree: tree, byRef: map[Ref]*Object{}, artifacts: map[Ref]*Artifact{}}
	r.Listing, r.Broken = listFrom(tree)
	if err := r.readFiles(ctx); err != nil {
		return nil, err
	}
	for _, o := range r.Objects {
		r.add(o)
	}
	return r, nil
}

// readFiles reads the listed files, several at once: parsing is most of the work.
func (r *Rollout) readFiles(ctx context.Context) error {
	var files []string
	seen := map[string]bool{}
	for _, entry := range r.Listing.Entries {
		if entry.State == EntryFile && !seen[entry.Target] {
			seen[entry.Target] = true
			files = append(files, entry.Target)
		}
	}
	read := make([]fileReader, len(files))
	parallel.Each(len(files), func(i int) {
		if ctx.Err() == nil {
			read[i] = fileReader{file: files[i]}
			read[i].read(r.Tree)
		}
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, f := range read {
		r.Objects = append(r.Objects, f.objects...)
		r.Broken = append(r.Broken, f.broken...)
	}
	return nil
}

// fileReader reads the objects of one file.
type fileReader struct {
	file    string
	objects []*Object
	broken  []Problem
}

func (f *fileReader) read(tree *Tree) {
	data, err := tree.Read(f.file)
	if err != nil {
		f.broken = append(f.broken, Problem{InFile(f.file, 0), err.Error()})
		return
	}
	docs, problem := parse(f.file, data)
	if problem != nil {
		f.broken = append(f.broken, *problem)
	}
	for _, doc := range docs {
		f.document(doc)
	}
}

// localConfig is the annotation of objects that are for tools: kustomize leaves
// them out.
const localConfig = "config.kubernetes.io/local-config"

// document takes the object of a document, or those of a list.
func (f *fileReader) document(doc *yaml.Node) {
	o, problem := newObject(f.file, doc)
	if problem != nil {
		f.broken = append(f.broken, *problem)
		return
	}
	if local := o.Get("metadata", "annotations", localConfig); local != nil && local != "false" {
		return
	}
	if !o.isList() {
		f.objects = append(f.objects, o)
		return
	}
	for i := 0; i+1 < len(doc.Content); i += 2 {
		if doc.Content[i].Value != "items" {
			continue
		}
		for _, item := range doc.Content[i+1].Content {
			f.document(item)
		}
	}
}

// add takes note of what the object brings.
func (r *Rollout) add(o *Object) {
	if _, twice := r.byRef[o.Ref]; !twice {
		r.byRef[o.Ref] = o
	}
	switch {
	case o.Kind == "HelmRelease" && o.Group() == "helm.toolkit.fluxcd.io":
		r.Releases = append(r.Releases, newRelease(o))
	case o.Kind == "ArtifactGenerator" && o.Group() == "source.extensions.fluxcd.io":
		for _, a := range newArtifacts(o) {
			r.artifacts[a.Ref] = a
		}
	}
}

// Object returns the object of that name; nil where the bundle has none.
func (r *Rollout) Object(ref Ref) *Object { return r.byRef[ref] }

// Artifact returns the ExternalArtifact of that name; nil where no
// ArtifactGenerator of the bundle makes it.
func (r *Rollout) Artifact(ref Ref) *Artifact { return r.artifacts[ref] }

// BrokenFile reports whether something in the file could not be read, so that
// objects may be missing.
func (r *Rollout) BrokenFile() bool { return len(r.Broken) > 0 }
