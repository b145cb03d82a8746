package kubeapi

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/aicr-flux/aicr/internal/kubeschema"
)

//go:generate go run ./cmd/generate

// packed is what cmd/generate writes: it names the modules that it is of.
//
//go:embed kinds.json.gz
var packed []byte

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
		Definitions map[string][]variant `json:"definitions"`
		Histories   []struct {
			Kind
			history
		} `json:"histories"`
	}
	if text, err := gzip.NewReader(bytes.NewReader(packed)); err == nil {
		_ = json.NewDecoder(text).Decode(&file) // a test reads it
	}
	c := catalog{releases: file.Releases, groups: map[string]bool{}, history: map[Kind]history{}}
	for i := range file.Releases {
		served := map[Kind]*Resource{}
		build := &builder{definitions: file.Definitions, release: i}
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

// Versions returns the versions of Kubernetes that are known, the oldest first: "1.36".
func Versions() []string {
	var all []string
	for _, release := range catalogOnce().releases {
		all = append(all, minor(release))
	}
	return all
}

// minor returns "1.36" of "v1.36.3".
func minor(release string) string {
	return release[1:strings.LastIndexByte(release, '.')]
}

// Find returns what a version of Kubernetes knows of a kind, nil where it does not serve it.
func Find(version string, kind Kind) *Resource {
	i := slices.Index(Versions(), version)
	if i < 0 {
		return nil
	}
	return catalogOnce().served[i][kind]
}

// KnownGroup reports whether an API group is one of Kubernetes' own, or was.
func KnownGroup(group string) bool { return catalogOnce().groups[group] }
