package kubeapi

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"slices"
	"sync"

	"github.com/aicr-flux/aicr/internal/kubeschema"
)

//go:generate go run ./cmd/generate

// packedKinds and packedDefinitions are what cmd/generate writes: which kinds there are, in which
// releases of Kubernetes, and the parts of their schemas.
var (
	//go:embed kinds.json.gz
	packedKinds []byte
	//go:embed definitions.json.gz
	packedDefinitions []byte
)

// unpack reads an embedded file; a test reads all of them.
func unpack(packed []byte, into any) {
	if text, err := gzip.NewReader(bytes.NewReader(packed)); err == nil {
		_ = json.NewDecoder(text).Decode(into)
	}
}

// Kind is a kind of objects in one version of its API group.
type Kind = kubeschema.Kind

// catalog is what is known of all versions of Kubernetes.
type catalog struct {
	releases []string
	served   []map[Kind]*Resource
	groups   map[string]bool
	history  map[Kind]history
}

// Resource is a kind that a version of Kubernetes serves.
type Resource struct {
	// Namespaced says whether its objects are in namespaces.
	Namespaced bool
	// Schema judges its objects.
	Schema *kubeschema.Schema
}

// history is when a kind was or will be no longer served, in minor versions of Kubernetes 1.
type history struct {
	Deprecated, Removed int
	// Replacement is "apps/v1 Deployment", or empty.
	Replacement string
}

var catalogOnce = sync.OnceValue(func() catalog {
	var file struct {
		Releases []string `json:"releases"`
		Kinds    []struct {
			Kind
			Namespaced bool   `json:"namespaced"`
			Definition string `json:"definition"`
			In         []int  `json:"in"`
		} `json:"kinds"`
		Histories []struct {
			Kind
			history
		} `json:"histories"`
	}
	unpack(packedKinds, &file)
	c := catalog{releases: file.Releases, groups: map[string]bool{}, history: map[Kind]history{}}
	for i := range file.Releases {
		served := map[Kind]*Resource{}
		build := &builder{release: i}
		for _, k := range file.Kinds {
			c.groups[k.Group] = true
			if slices.Contains(k.In, i) {
				served[k.Kind] = &Resource{Namespaced: k.Namespaced, Schema: kubeschema.New(build.loader(k.Definition))}
			}
		}
		c.served = append(c.served, served)
	}
	for _, h := range file.Histories {
		c.groups[h.Group] = true
		c.history[h.Kind] = h.history
	}
	return c
})

// Find returns what a version of Kubernetes knows of a kind, nil where it does not serve it.
func Find(version string, kind Kind) *Resource { return served(version)[kind] }

func served(version string) map[Kind]*Resource {
	i := slices.Index(Versions(), version)
	if i < 0 {
		return nil
	}
	return catalogOnce().served[i]
}

// KnownGroup reports whether an API group is one of Kubernetes' own, or was.
func KnownGroup(group string) bool { return catalogOnce().groups[group] }

// APIVersions returns what charts learn of a cluster that serves nothing besides Kubernetes' own, as
// .Capabilities names it, sorted: "apps/v1" and "apps/v1/Deployment". What a cluster serves only
// where somebody switched it on is not among them.
func APIVersions(version string) []string {
	var all []string
	for kind := range served(version) {
		if !kind.Optional() {
			all = append(all, kind.APIVersion(), kind.APIVersion()+"/"+kind.Kind)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
