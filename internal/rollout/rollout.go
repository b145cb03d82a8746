package rollout

import (
	"context"
	"io/fs"

	"go.yaml.in/yaml/v3"

	"github.com/aicr-flux/aicr/pkg/values"
)

const maxAliased = values.MaxAliased

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
	seen := map[string]bool{}
	for _, entry := range r.Listing.Entries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if entry.State == EntryFile && !seen[entry.Target] {
			seen[entry.Target] = true
			r.readFile(entry.Target)
		}
	}
	for _, o := range r.Objects {
		r.add(o)
	}
	return r, nil
}

func (r *Rollout) readFile(file string) {
	data, err := r.Tree.Read(file)
	if err != nil {
		r.Broken = append(r.Broken, Problem{InFile(file, 0), err.Error()})
		return
	}
	docs, problem := parse(file, data)
	if problem != nil {
		r.Broken = append(r.Broken, *problem)
	}
	budget := maxAliased
	for _, doc := range docs {
		r.document(file, doc, &budget)
	}
}

// document takes the object of a document, or those of a list.
func (r *Rollout) document(file string, doc *yaml.Node, budget *int) {
	o, problem := newObject(file, doc, budget)
	if problem != nil {
		r.Broken = append(r.Broken, *problem)
		return
	}
	if o.Kind != "List" || o.APIVersion != "v1" {
		r.Objects = append(r.Objects, o)
		return
	}
	for i := 0; i+1 < len(doc.Content); i += 2 {
		if doc.Content[i].Value != "items" {
			continue
		}
		for _, item := range doc.Content[i+1].Content {
			r.document(file, item, budget)
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
