package fluxtree

import (
	"cmp"
	"context"
	"strings"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
)

// Registered is an object that a file of the work tree has already.
type Registered struct {
	Kind, Name, File string
	// Same says that it is about the same path and source, or the same repository.
	Same bool
}

// Registered are the Kustomizations and sources of the content that another file than the named one
// has too, whatever it says of them.
func (t *Tree) Registered(ctx context.Context, file string, content []byte) ([]Registered, error) {
	files, err := t.Git.Grep(ctx, []string{kustomizeGroup, sourceGroup}, []string{"*.yaml", "*.yml"})
	if err != nil {
		return nil, err
	}
	var all []Registered
	for _, other := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if other == file {
			continue
		}
		for _, o := range t.objects(other) {
			for _, mine := range objectsIn(content) {
				if o.is(&mine) {
					all = append(all, Registered{Kind: o.Kind, Name: o.Metadata.Name, File: other, Same: o.sameAim(&mine)})
				}
			}
		}
	}
	return all, nil
}

// is reports whether two objects are one to the API server. Where one does not say its namespace, a
// kustomization does.
func (o *object) is(other *object) bool {
	group, _, _ := strings.Cut(o.APIVersion, "/")
	otherGroup, _, _ := strings.Cut(other.APIVersion, "/")
	a, b := o.Metadata, other.Metadata
	return group == otherGroup && o.Kind == other.Kind && a.Name == b.Name && (a.Namespace == b.Namespace || a.Namespace == "" || b.Namespace == "")
}

// sameAim reports whether two objects of one name do the same.
func (o *object) sameAim(other *object) bool {
	a, b := o.Spec, other.Spec
	if a.URL != "" || b.URL != "" {
		return a.URL == b.URL || flux.SameRepository(a.URL, b.URL)
	}
	a.SourceRef.Namespace, b.SourceRef.Namespace = cmp.Or(a.SourceRef.Namespace, o.Metadata.Namespace), cmp.Or(b.SourceRef.Namespace, other.Metadata.Namespace)
	return clean(a.Path) == clean(b.Path) && a.SourceRef == b.SourceRef
}
