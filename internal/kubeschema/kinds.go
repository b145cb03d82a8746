package kubeschema

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

//go:generate ./generate.sh

// files holds the schemas; crds/README.md says of which versions they are.
//
//go:embed crds/*/*.json
var files embed.FS

// Kind is a version of a kind of objects.
type Kind struct {
	Group, Version, Kind string
}

// KindOf returns the kind of an object that says so of itself.
func KindOf(apiVersion, kind string) Kind {
	gv, _ := schema.ParseGroupVersion(apiVersion)
	return Kind{Group: gv.Group, Version: gv.Version, Kind: kind}
}

// APIVersion returns "helm.toolkit.fluxcd.io/v2", and "v1" for the core group.
func (k Kind) APIVersion() string {
	return schema.GroupVersion{Group: k.Group, Version: k.Version}.String()
}

// Optional reports whether Kubernetes serves the version only where it is switched on, as it does
// with its alpha and beta versions.
func (k Kind) Optional() bool {
	return strings.Contains(k.Version, "alpha") || strings.Contains(k.Version, "beta")
}

// String returns "helm.toolkit.fluxcd.io/v2 HelmRelease".
func (k Kind) String() string { return k.Group + "/" + k.Version + " " + k.Kind }

// catalog is which line serves which kinds.
type catalog struct {
	lines  []string
	served map[string]map[Kind]*Schema
	// groups holds each group of which any line has a kind.
	groups map[string]bool
}

var catalogOnce = sync.OnceValue(func() catalog {
	c := catalog{served: map[string]map[Kind]*Schema{}, groups: map[string]bool{}}
	lines, _ := fs.ReadDir(files, "crds")
	for _, dir := range lines {
		line := dir.Name()
		c.lines = append(c.lines, line)
		c.served[line] = map[Kind]*Schema{}
		entries, _ := fs.ReadDir(files, path.Join("crds", line))
		for _, entry := range entries {
			parts := strings.Split(strings.TrimSuffix(entry.Name(), ".json"), "_")
			kind := Kind{Group: parts[0], Version: parts[1], Kind: parts[2]}
			c.served[line][kind] = New(func() (*apiextensionsv1.JSONSchemaProps, error) {
				return fromFile(path.Join("crds", line, entry.Name()))
			})
			c.groups[kind.Group] = true
		}
	}
	return c
})

// Lines returns the lines of Flux versions that are known, the oldest first: "2.7".
func Lines() []string { return slices.Clone(catalogOnce().lines) }

// Find returns the schema of a kind in a line, nil where that line does not serve it.
func Find(line string, kind Kind) *Schema { return catalogOnce().served[line][kind] }

// KnownGroup reports whether kinds of the group are known. The group of image automation is not.
func KnownGroup(group string) bool { return catalogOnce().groups[group] }

// Serving returns the lines that serve the kind, the oldest first.
func Serving(kind Kind) []string {
	c := catalogOnce()
	return slices.DeleteFunc(slices.Clone(c.lines), func(line string) bool { return c.served[line][kind] == nil })
}

// APIVersions returns what charts learn of a cluster with this line of Flux, as .Capabilities names
// it, sorted: "helm.toolkit.fluxcd.io/v2" and "helm.toolkit.fluxcd.io/v2/HelmRelease".
func APIVersions(line string) []string {
	var all []string
	for k := range catalogOnce().served[line] {
		all = append(all, k.Group+"/"+k.Version, k.Group+"/"+k.Version+"/"+k.Kind)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Siblings returns what a line serves of the kind's group, sorted.
func Siblings(line string, kind Kind) []Kind {
	var all []Kind
	for k := range catalogOnce().served[line] {
		if k.Group == kind.Group {
			all = append(all, k)
		}
	}
	slices.SortFunc(all, func(a, b Kind) int { return strings.Compare(a.String(), b.String()) })
	return all
}
