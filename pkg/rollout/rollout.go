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
	// Objects are what the build hands to the cluster, in its order.
	Objects []*Object
	// Built says that a build made the objects, because the kustomizations do more than to gather
	// what is in the files. Where it could not be done, BuildErr says why, and the objects are as
	// they stand in the files.
	Built    bool
	BuildErr error
	// Broken is what could not be read.
	Broken []Problem
	// Releases are the HelmReleases among the objects, in the same order.
	Releases []*Release

	builder   Builder
	byRef     map[Ref]*Object
	artifacts map[Ref]*Artifact
}

// Options are the options of Read. The zero value is usable.
type Options struct {
	// Builder runs kustomize where a bundle needs more than to be gathered; nil means Kustomize{},
	// which trusts the bundle.
	Builder Builder
	// TargetNamespace is spec.targetNamespace of the Kustomization that applies the bundle: every
	// object gets it. Empty means none.
	TargetNamespace string
	// Given is what the Kustomization that applies the bundle gives to variables. They are filled in
	// where it is set and gives any.
	Given *Given
}

// Read reads the bundle in fsys as kustomize-controller would build it. The error is one of the
// file system or of ctx; what is wrong with the bundle is in Broken and BuildErr.
func Read(ctx context.Context, fsys fs.FS, o Options) (*Rollout, error) {
	tree, err := newTree(ctx, fsys)
	if err != nil {
		return nil, err
	}
	if o.Builder == nil {
		o.Builder = Kustomize{}
	}
	r := &Rollout{Tree: tree, builder: o.Builder, byRef: map[Ref]*Object{}, artifacts: map[Ref]*Artifact{}}
	r.Listing, r.Broken = listFrom(tree)
	if err := r.readFiles(ctx); err != nil {
		return nil, err
	}
	r.build(ctx, o.TargetNamespace)
	r.substitute(o.Given)
	for _, o := range r.Objects {
		r.add(o)
	}
	return r, ctx.Err()
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
			read[i].read(r.Tree, files[i])
		}
	})
	for _, f := range read {
		r.Objects = append(r.Objects, f.objects...)
		r.Broken = append(r.Broken, f.broken...)
	}
	return ctx.Err()
}

// fileReader reads the objects of one file.
type fileReader struct {
	objects []*Object
	broken  []Problem
}

func (f *fileReader) read(tree *Tree, file string) {
	docs, problem := parse(tree, file)
	if problem != nil {
		f.broken = append(f.broken, *problem)
	}
	for _, doc := range docs {
		f.document(file, doc)
	}
}

// localConfig is the annotation of objects that are for tools: kustomize leaves them out.
const localConfig = "config.kubernetes.io/local-config"

// document takes the object of a document, or those of a list.
func (f *fileReader) document(file string, doc *yaml.Node) {
	o, problem := newObject(file, doc)
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
			f.document(file, item)
		}
	}
}

// add takes note of what the object brings.
func (r *Rollout) add(o *Object) {
	if _, twice := r.byRef[o.Ref]; !twice {
		r.byRef[o.Ref] = o
	}
	if release := ReleaseOf(o); release != nil {
		r.Releases = append(r.Releases, release)
	}
	for _, a := range artifactsOf(o) {
		r.artifacts[a.Ref] = a
	}
}

// Object returns the object of that name; nil where the bundle has none.
func (r *Rollout) Object(ref Ref) *Object { return r.byRef[ref] }

// Release returns the release of that name; nil where the bundle has none.
func (r *Rollout) Release(ref Ref) *Release {
	if o := r.Object(ref); o != nil {
		return ReleaseOf(o)
	}
	return nil
}

// Artifact returns the ExternalArtifact of that name; nil where no ArtifactGenerator makes it.
func (r *Rollout) Artifact(ref Ref) *Artifact { return r.artifacts[ref] }
