// Package recipe reads a recipe: the version-locked answer to "what must run on this GPU cluster".
// It loads the document, checks every rule that the document alone can break, and puts the
// components in rollout order.
//
// A recipe is where the flow begins; the package does not know where the files that a recipe refers
// to live, and nothing of Flux.
package recipe

import (
	"cmp"
	"slices"
	"strings"
)

// RecipeResult is a resolved recipe (kind: RecipeResult).
type RecipeResult struct {
	APIVersion  string       `json:"apiVersion,omitempty"`
	Kind        string       `json:"kind,omitempty"`
	Metadata    Metadata     `json:"metadata,omitzero"`
	Criteria    Criteria     `json:"criteria,omitzero"`
	Constraints []Constraint `json:"constraints,omitempty"`

	// Configuration says how some components were set up when the recipe was resolved.
	Configuration Configuration `json:"configuration,omitzero"`

	// ComponentRefs are the components, in no particular order.
	ComponentRefs []ComponentRef `json:"componentRefs,omitempty" item:"component"`

	// DeploymentOrder names the enabled components in rollout order. Order says what holds for
	// components that it misses, or where it is empty.
	DeploymentOrder []string `json:"deploymentOrder,omitempty"`

	// Validation is the business of other tools; it is kept as it was read.
	Validation any `json:"validation,omitempty"`

	// Warnings are what Load found, such as unknown keys, and Notes what is good to know. They are
	// not part of the document.
	Warnings, Notes []string `json:"-"`

	// FromBundle says that it is the recipe.yaml of a bundle, which has no components that are switched
	// off, and so none that its configuration says are off.
	FromBundle bool `json:"-"`
}

// Metadata says how a recipe came about.
type Metadata struct {
	Version            string              `json:"version,omitempty"`
	AppliedOverlays    []string            `json:"appliedOverlays,omitempty"`
	ExcludedOverlays   []ExcludedOverlay   `json:"excludedOverlays,omitempty"`
	ConstraintWarnings []ConstraintWarning `json:"constraintWarnings,omitempty"`

	// GPUDriverState is preinstalled or absent, MariaDBOperatorState absent, api-detected,
	// crs-detected or unknown: what was seen of the cluster.
	GPUDriverState       string           `json:"gpuDriverState,omitempty"`
	MariaDBOperatorState string           `json:"mariaDBOperatorState,omitempty"`
	SelectedProfile      *SelectedProfile `json:"selectedProfile,omitempty"`
}

// ExcludedOverlay is an overlay that was left out; in the document it is a map or just the name.
type ExcludedOverlay struct {
	Name   string `json:"name"`
	Reason string `json:"reason,omitempty"`
}

// Set reads an overlay of which the document has just the name.
func (e *ExcludedOverlay) Set(name string) error {
	e.Name = name
	return nil
}

// ConstraintWarning is a constraint that did not hold when the recipe was made.
type ConstraintWarning struct {
	Overlay    string `json:"overlay,omitempty"`
	Constraint string `json:"constraint,omitempty"`
	Expected   string `json:"expected,omitempty"`
	Actual     string `json:"actual,omitempty"`
	Reason     string `json:"reason,omitempty"`
}

// Criteria is what the recipe was made for. An empty field, or "any", is a wildcard.
type Criteria struct {
	Service     string `json:"service,omitempty"`
	Accelerator string `json:"accelerator,omitempty"`
	Intent      string `json:"intent,omitempty"`
	OS          string `json:"os,omitempty"`
	Platform    string `json:"platform,omitempty"`
	Nodes       int    `json:"nodes,omitempty"`
}

// Constraint is a requirement on the cluster; it is informative here.
type Constraint struct {
	Name        string `json:"name"`
	Value       string `json:"value,omitempty"`
	Severity    string `json:"severity,omitempty"`
	Remediation string `json:"remediation,omitempty"`
	Unit        string `json:"unit,omitempty"`
}

// ComponentType is the kind of package a component is. It compares without regard to case.
type ComponentType string

// The component types. Only Helm components can be bundled for Flux.
const (
	ComponentTypeHelm      ComponentType = "Helm"
	ComponentTypeKustomize ComponentType = "Kustomize"
)

// Is reports whether t is the type other, without regard to case. An empty type is Helm.
func (t ComponentType) Is(other ComponentType) bool {
	return strings.EqualFold(string(cmp.Or(t, ComponentTypeHelm)), string(other))
}

// ComponentRef is one component of a recipe.
type ComponentRef struct {
	// Name is the component's identity: name of its release and directory.
	Name string `json:"name"`
	// Namespace is the target namespace of the Helm release.
	Namespace string        `json:"namespace,omitempty"`
	Type      ComponentType `json:"type,omitempty"`

	// Chart is the chart's name; empty means Name.
	Chart string `json:"chart,omitempty"`
	// Source is the chart repository (https://, http:// or oci://). A component with manifests and
	// no source is manifest-only.
	Source  string `json:"source,omitempty"`
	Version string `json:"version,omitempty"`

	// Tag and Path belong to Kustomize components.
	Tag  string `json:"tag,omitempty"`
	Path string `json:"path,omitempty"`

	// ValuesFile, ManifestFiles and PreManifestFiles are paths relative to a data root.
	ValuesFile       string         `json:"valuesFile,omitempty"`
	Overrides        map[string]any `json:"overrides,omitempty"`
	ManifestFiles    []string       `json:"manifestFiles,omitempty"`
	PreManifestFiles []string       `json:"preManifestFiles,omitempty"`

	// DependencyRefs names the components that must be there first.
	DependencyRefs []string `json:"dependencyRefs,omitempty"`

	// Patches cannot be applied by any deployer; see Validate.
	Patches []any `json:"patches,omitempty"`

	// The rest serves validation by other tools and is kept as it was read.
	Cleanup            any `json:"cleanup,omitempty"`
	ExpectedResources  any `json:"expectedResources,omitempty"`
	HealthCheckAsserts any `json:"healthCheckAsserts,omitempty"`
	HealthCheckSkip    any `json:"healthCheckSkip,omitempty"`
}

// Enabled reports whether the component is switched on: it is, unless one of the keys "enabled" and
// "install" at the top of its overrides is false.
func (c *ComponentRef) Enabled() bool {
	for _, key := range []string{"enabled", "install"} {
		if on, isBool := c.Overrides[key].(bool); isBool && !on {
			return false
		}
	}
	return true
}

// ChartName returns the chart's name, which is the component's where the recipe names none.
func (c *ComponentRef) ChartName() string {
	return cmp.Or(c.Chart, c.Name)
}

// ManifestOnly reports whether the component has no upstream chart.
func (c *ComponentRef) ManifestOnly() bool { return c.Source == "" && c.Chart == "" }

// Releases returns the names of the Helm releases that the component becomes, in rollout order.
func (c *ComponentRef) Releases() []string {
	var names []string
	if len(c.PreManifestFiles) > 0 {
		names = append(names, c.Name+"-pre")
	}
	names = append(names, c.Name)
	if !c.ManifestOnly() && len(c.ManifestFiles) > 0 {
		names = append(names, c.Name+"-post")
	}
	return names
}

// Component returns the component of that name, or nil.
func (r *RecipeResult) Component(name string) *ComponentRef {
	i := slices.IndexFunc(r.ComponentRefs, func(c ComponentRef) bool { return c.Name == name })
	if i < 0 {
		return nil
	}
	return &r.ComponentRefs[i]
}
