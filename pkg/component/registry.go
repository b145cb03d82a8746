package component

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/aicr-flux/aicr/internal/suggest"
	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

const registryKind = "ComponentRegistry"

// RegistryFile is the file in a data root that describes components.
const RegistryFile = "registry.yaml"

// Registry holds what the roots' registry files say of each component.
type Registry struct {
	entries map[string]*Entry
	missing string
	owners  bool
}

// KnowsOwners reports whether any entry has the key ownsCRDs: then one without it is no owner.
func (r *Registry) KnowsOwners() bool { return r.owners }

// Entry describes one component. Paths are dotted value paths.
type Entry struct {
	Name              string   `json:"name"`
	DisplayName       string   `json:"displayName"`
	ValueOverrideKeys []string `json:"valueOverrideKeys"`

	Helm struct {
		DefaultRepository string `json:"defaultRepository"`
		DefaultChart      string `json:"defaultChart"`
		DefaultVersion    string `json:"defaultVersion"`
		DefaultNamespace  string `json:"defaultNamespace"`
	} `json:"helm"`
	Kustomize struct {
		DefaultSource string `json:"defaultSource"`
		DefaultPath   string `json:"defaultPath"`
		DefaultTag    string `json:"defaultTag"`
	} `json:"kustomize"`

	NodeScheduling struct {
		System         NodePaths `json:"system"`
		Accelerated    NodePaths `json:"accelerated"`
		NodeCountPaths []string  `json:"nodeCountPaths"`
	} `json:"nodeScheduling"`
	PodScheduling struct {
		Workload struct {
			WorkloadSelectorPaths []string `json:"workloadSelectorPaths"`
		} `json:"workload"`
	} `json:"podScheduling"`
	StorageClassPaths       []string `json:"storageClassPaths"`
	SharedStorageClassPaths []string `json:"sharedStorageClassPaths"`

	// ManifestFiles are those of a Helm component whose recipe names none.
	ManifestFiles []string `json:"manifestFiles"`
	HealthCheck   struct {
		AssertFile string `json:"assertFile"`
	} `json:"healthCheck"`
	Upgrades struct {
		// File is the path of the component's upgrade records in its data root.
		File string `json:"file"`
	} `json:"upgrades"`
	Validations []Validation `json:"validations"`

	// GKECriticalPriority says that on GKE the component's namespace needs the quota that admits
	// critical pods.
	GKECriticalPriority bool `json:"gkeCriticalPriority"`

	// OwnsCRDs says that nobody else brings a CRD that the component brings, and that none of them
	// is converted by a webhook, so that they may be replaced. nil: the registry does not say.
	OwnsCRDs                 *bool    `json:"ownsCRDs"`
	OwnsCRDsExcludeSubcharts []string `json:"ownsCRDsExcludeSubcharts"`
	HasSelfRefCRDs           bool     `json:"hasSelfRefCRDs"`
	ManifestsUseChartCRDs    bool     `json:"manifestsUseChartCRDs"`

	// MixinSafeOverridePaths and TestTier serve AICR's own resolver and tests.
	MixinSafeOverridePaths []string `json:"mixinSafeOverridePaths"`
	TestTier               string   `json:"testTier"`
}

// Validation is a check of a component's final values that the registry asks for.
type Validation struct {
	Function string `json:"function"`
	// Severity is info, warning or error.
	Severity string `json:"severity"`
	// Conditions are values of the recipe's criteria for which the check is made: any of a key's,
	// for every key.
	Conditions map[string][]string `json:"conditions"`
	// Message is what the check says besides.
	Message string `json:"message"`
}

// NodePaths are the value paths that place a component's pods on nodes.
type NodePaths struct {
	NodeSelectorPaths []string `json:"nodeSelectorPaths"`
	TolerationPaths   []string `json:"tolerationPaths"`
	TaintPaths        []string `json:"taintPaths"`
	TaintStrPaths     []string `json:"taintStrPaths"`

	// RequireNodeSelector says that none of NodeSelectorPaths may be empty;
	// RequireNodeSelectorIfStorageClassSet, that this holds once a storage class is set.
	RequireNodeSelector                  bool `json:"requireNodeSelector"`
	RequireNodeSelectorIfStorageClassSet bool `json:"requireNodeSelectorIfStorageClassSet"`
}

// Registry reads the registry files of all roots. The entry of the strongest root that has the name
// counts, whole. Where no root has such a file, the registry is empty, and Missing says so.
func (r Roots) Registry() (*Registry, error) {
	reg := &Registry{entries: map[string]*Entry{}, missing: r.lack(RegistryFile)}
	for _, root := range slices.Backward(r) {
		data, err := root.read(RegistryFile)
		if missing(err) {
			continue
		}
		reg.missing = ""
		if err == nil {
			err = errors.In(reg.add(data), "%s in data root %s", RegistryFile, root.Name)
		}
		if err != nil {
			return nil, err
		}
	}
	return reg, nil
}

func (r *Registry) add(data []byte) error {
	var file struct {
		APIVersion string   `json:"apiVersion"`
		Kind       string   `json:"kind"`
		Components []*Entry `json:"components" item:"component"`
	}
	if err := yamldoc.Unmarshal(data, &file, yamldoc.Options{Unknown: yamldoc.Ignore}); err != nil {
		return err
	}
	if file.Kind != "" && file.Kind != registryKind {
		return errors.Invalid("kind is %q, and a registry has kind %s", file.Kind, registryKind)
	}
	seen := make(map[string]bool, len(file.Components))
	for i, e := range file.Components {
		if e.Name == "" {
			return errors.Invalid("components[%d] has no name; give it that of its component", i)
		}
		if seen[e.Name] {
			return errors.Invalid("component %q is described twice; remove one entry", e.Name)
		}
		seen[e.Name] = true
		r.entries[e.Name] = e
		r.owners = r.owners || e.OwnsCRDs != nil
	}
	return nil
}

// Missing says that no root has a registry file, and what to do about it; "" where one has.
func (r *Registry) Missing() string { return r.missing }

// Entry returns what is known of the component; an unknown one has an empty entry, never nil.
func (r *Registry) Entry(name string) *Entry {
	if e := r.entries[name]; e != nil {
		return e
	}
	return &Entry{Name: name}
}

// Fill sets the empty fields of ref to the registry's defaults: source, chart and version only
// where ref has no manifests or names a chart, since manifests alone are a component too. Manifests
// that the registry has are added to a ref without any.
func (r *Registry) Fill(ref *recipe.ComponentRef) {
	e := r.Entry(ref.Name)
	ref.Type = cmp.Or(ref.Type, e.kind())
	ref.Namespace = cmp.Or(ref.Namespace, e.Helm.DefaultNamespace)
	if ref.Type.Is(recipe.ComponentTypeKustomize) {
		ref.Source = cmp.Or(ref.Source, e.Kustomize.DefaultSource)
		ref.Path = cmp.Or(ref.Path, e.Kustomize.DefaultPath)
		ref.Tag = cmp.Or(ref.Tag, e.Kustomize.DefaultTag)
		return
	}
	if len(ref.ManifestFiles) > 0 && ref.Chart == "" {
		return
	}
	if len(ref.ManifestFiles) == 0 {
		ref.ManifestFiles = e.ManifestFiles
	}
	if e.Helm.DefaultChart != "" {
		ref.Chart = cmp.Or(ref.Chart, path.Base(e.Helm.DefaultChart))
	}
	ref.Source = cmp.Or(ref.Source, e.Helm.DefaultRepository)
	ref.Version = cmp.Or(ref.Version, e.Helm.DefaultVersion)
}

func (e *Entry) kind() recipe.ComponentType {
	if e.Kustomize.DefaultSource != "" {
		return recipe.ComponentTypeKustomize
	}
	return recipe.ComponentTypeHelm
}

// Resolve returns which of the components is meant by name: the component of that name, or the one
// whose registry entry has it as display name or override key. An unknown name is
// ErrCodeInvalidRequest, with a suggestion.
func (r *Registry) Resolve(name string, components []string) (string, error) {
	if slices.Contains(components, name) {
		return name, nil
	}
	var found, all []string
	for _, c := range components {
		e := r.Entry(c)
		names := append([]string{c, e.DisplayName}, e.ValueOverrideKeys...)
		if name != "" && slices.Contains(names, name) {
			found = append(found, c)
		}
		all = append(all, names...)
	}
	all = slices.DeleteFunc(all, func(name string) bool { return name == "" })
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		if len(all) == 0 {
			return "", errors.Invalid("%q is no component of the recipe, which has none", name)
		}
		hint := cmp.Or(suggest.Meant(name, all, "%q"), "; it has "+suggest.Some(components))
		if r.missing != "" {
			hint += " (other names stand in the registry, and " + r.missing + ")"
		}
		return "", errors.Invalid("%q is no component of the recipe%s", name, hint)
	}
	return "", errors.Invalid("%q may mean %s; use the component's own name", name, strings.Join(found, " or "))
}
