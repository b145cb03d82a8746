// Package fleet brings one bundle into many clusters: from a small file that names bundles, groups and
// clusters, it makes for each cluster the source, the Kustomization and the ConfigMaps with the
// cluster's own values, and nothing else. The bundles stay as they are.
//
//	Parse ─► File ─► Make, with each bundle as Flux sees it ─► a set of files
package fleet

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/aicr-flux/aicr/internal/substitution"
	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// Kind is the kind of a fleet file; it may be left out, like its apiVersion.
const Kind = "Fleet"

// APIVersion is that of a fleet file.
const APIVersion = "aicr.run/v1"

// File says which cluster gets which bundle, and with which values.
type File struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	// Namespace is where Flux runs in all clusters (default: config.DefaultFluxNamespace).
	Namespace string `json:"namespace"`
	// Kustomization is the name of the object that applies the bundle in every cluster (default:
	// config.DefaultOCISourceName). It does not follow from the bundle: under another name it
	// would be another owner of the releases, and Flux would uninstall them.
	Kustomization string             `json:"kustomization"`
	Bundles       map[string]Bundle  `json:"bundles"`
	Groups        map[string]Group   `json:"groups"`
	Clusters      map[string]Cluster `json:"clusters"`
}

// Bundle is where a bundle lies: in Git, or in a registry.
type Bundle struct {
	// Directory is the bundle in this work tree, relative to the file, and Path the same in the
	// repository.
	Directory string `json:"directory"`
	Path      string `json:"path"`
	// URL and Branch are those of the Git repository; without them each cluster has the
	// GitRepository that Source names.
	URL    string `json:"url"`
	Branch string `json:"branch"`
	// OCI is oci://HOST/REPOSITORY@sha256:…
	OCI      string `json:"oci"`
	Insecure bool   `json:"insecure"`
	// Source is the name of the source in the clusters; Secret and Provider are how it signs in.
	Source   string `json:"source"`
	Secret   string `json:"secret"`
	Provider string `json:"provider"`
}

// Settings are what clusters differ in.
type Settings struct {
	// DependsOn are the names of Kustomizations that are applied before.
	DependsOn []string `json:"dependsOn"`
	// Patches, Substitute and SubstituteFrom are those of a Flux Kustomization.
	Patches        []Patch           `json:"patches"`
	Substitute     map[string]string `json:"substitute"`
	SubstituteFrom []SubstituteFrom  `json:"substituteFrom"`
	// Values are those of each release for which the bundle leaves them to the cluster.
	Values map[string]map[string]any `json:"values"`
}

// Patch is a patch of kustomize.
type Patch struct {
	Patch  string         `json:"patch"`
	Target map[string]any `json:"target"`
}

// SubstituteFrom names a ConfigMap or a Secret of the cluster with variables.
type SubstituteFrom struct {
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Optional bool   `json:"optional"`
}

// Group are clusters that get the same bundle.
type Group struct {
	Bundle string `json:"bundle"`
	Settings
}

// Cluster is one cluster. What it says itself is stronger than what its group says.
type Cluster struct {
	Group string `json:"group"`
	Settings
}

// Parse reads a fleet file, strictly, and returns all problems at once.
func Parse(data []byte) (*File, error) {
	var f File
	if err := yamldoc.Unmarshal(data, &f, yamldoc.Options{}); err != nil {
		return nil, err
	}
	return &f, f.check()
}

func (f *File) check() error {
	var problems []error
	add := func(format string, args ...any) { problems = append(problems, errors.Invalid(format, args...)) }
	if f.APIVersion != "" && f.APIVersion != APIVersion || f.Kind != "" && f.Kind != Kind {
		add("it is %s %s, and not %s %s; name a fleet file", f.APIVersion, f.Kind, APIVersion, Kind)
	}
	if len(f.Clusters) == 0 {
		add("it names no cluster; add one to clusters")
	}
	for _, name := range slices.Sorted(maps.Keys(f.Bundles)) {
		problems = append(problems, errors.In(f.Bundles[name].check(), "bundle %q", name))
	}
	for _, name := range slices.Sorted(maps.Keys(f.Groups)) {
		group := f.Groups[name]
		if _, known := f.Bundles[group.Bundle]; !known {
			add("group %q: %q is no bundle of the file; the bundles are %s", name, group.Bundle, names(f.Bundles))
		}
		problems = append(problems, errors.In(group.check(), "group %q", name))
	}
	for _, name := range slices.Sorted(maps.Keys(f.Clusters)) {
		cluster := f.Clusters[name]
		if !recipe.IsDNSLabel(name) {
			add("cluster %q: the name is that of a directory; use lower-case letters, digits and inner hyphens", name)
		}
		if _, known := f.Groups[cluster.Group]; !known {
			add("cluster %q: %q is no group of the file; the groups are %s", name, cluster.Group, names(f.Groups))
		}
		if own := cmp.Or(f.Kustomization, config.DefaultOCISourceName); slices.Contains(f.Groups[cluster.Group].under(cluster.Settings).DependsOn, own) {
			add("cluster %q: dependsOn names %s, which is the Kustomization itself; remove it", name, own)
		}
		problems = append(problems, errors.In(cluster.check(), "cluster %q", name))
	}
	return errors.Join(problems...)
}

func names[V any](m map[string]V) string { return strings.Join(slices.Sorted(maps.Keys(m)), ", ") }

func (b Bundle) check() error {
	switch {
	case (b.OCI == "") == (b.Directory == ""):
		return errors.Invalid("it needs either directory, for a bundle in Git, or oci, for one in a registry")
	case b.OCI != "" && (b.Path != "" || b.URL != "" || b.Branch != ""):
		return errors.Invalid("path, url and branch are about Git, and it is in a registry; remove them")
	case b.OCI == "" && (b.URL == "") == (b.Source == ""):
		return errors.Invalid("it needs either source, the GitRepository that the clusters have, or url, that of the Git repository")
	case b.Branch != "" && b.URL == "":
		return errors.Invalid("the branch is that of the source, which the clusters have; remove it")
	}
	return nil
}

func (s Settings) check() error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(s.Substitute)) {
		if !substitution.IsName(name) {
			problems = append(problems, errors.Invalid("substitute: %q is not the name of a variable; use letters, digits and _", name))
		}
	}
	for i, name := range s.DependsOn {
		if !isObjectName(name) {
			problems = append(problems, errors.Invalid("dependsOn[%d]: %q is not a name that Kubernetes accepts; use lower-case letters, digits and inner hyphens", i, name))
		}
	}
	for i, from := range s.SubstituteFrom {
		if from.Kind != "ConfigMap" && from.Kind != "Secret" || !isObjectName(from.Name) {
			problems = append(problems, errors.Invalid("substituteFrom[%d]: it needs the kind ConfigMap or Secret, and a name that Kubernetes accepts", i))
		}
	}
	for i, patch := range s.Patches {
		problems = append(problems, errors.In(patch.check(), "patches[%d]", i))
	}
	return errors.Join(problems...)
}

func isObjectName(name string) bool { return len(validation.IsDNS1123Subdomain(name)) == 0 }

// check reads a patch as YAML. Kustomize would say what is wrong by repeating it, with its secrets.
func (p Patch) check() error {
	if strings.TrimSpace(p.Patch) == "" {
		return errors.Invalid("the patch is empty")
	}
	documents, err := yamldoc.ParseAll([]byte(p.Patch))
	if err != nil {
		return errors.In(err, "the patch is not YAML")
	}
	for _, document := range documents {
		switch v, err := yamldoc.Value(document); v.(type) {
		case map[string]any, []any:
		default:
			return errors.Join(err, errors.Invalid("the patch is neither a map, as a strategic merge patch, nor a list, as a JSON patch"))
		}
	}
	return nil
}
