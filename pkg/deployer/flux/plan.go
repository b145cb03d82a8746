package flux

import (
	"slices"

	"github.com/aicr-flux/aicr/internal/substitution"
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// Plan is what a bundle releases: everything that is decided before anything is written down.
type Plan struct {
	// Namespace is where the Flux objects live.
	Namespace string
	// OCISourceName is the OCIRepository that brings the bundle; empty means Git mode.
	OCISourceName string
	// RepoPath is the bundle's directory inside the Git repository.
	RepoPath string
	// SyncFile is the file in the Git repository with what applies the bundle; empty where none is
	// known.
	SyncFile string
	// AppliedBy is the Kustomization that takes the bundle in with the directory around it; empty
	// where none does.
	AppliedBy string
	// Version is the generator's version.
	Version string

	// Releases are in rollout order: none stands before one it waits for.
	Releases []Release
	// Repositories are the chart repositories that releases refer to, sorted by name.
	Repositories []Repository
	// Git is the GitRepository to be written; nil where no local chart needs one or an existing one
	// is named.
	Git *GitSource
	// Vendored says where the vendored charts came from, sorted by component.
	Vendored []localformat.VendorRecord
	// Warnings are what a person should look at.
	Warnings []string

	longestInGraph int // how many releases would wait for each other in graph order; 0 in that order

	upgrades []component.Upgrade
	wake     string // the release that wakes others; empty where they are polled

	settings  *settings
	checksums bool
	toSync    string
	recipe    *recipe.RecipeResult // as it was handed in, without what Secrets give
	info      deployer.Info        // but for the layout
}

// Release is one HelmRelease.
type Release struct {
	// Name is that of the HelmRelease and the directory.
	Name string
	// ReleaseName is what Helm calls the release; empty: what helm-controller makes of the target
	// namespace and Name.
	ReleaseName string
	// Component is the component that the release belongs to.
	Component string
	// TargetNamespace is where the chart is installed, StorageNamespace where Helm keeps its
	// records; empty: in the namespace of the HelmRelease.
	TargetNamespace, StorageNamespace string
	// CreateNamespace says that installing creates the target namespace.
	CreateNamespace bool
	// CRDs is what becomes of the CRDs in the chart's crds directory. A chart of manifests has
	// none: its CRDs are templates, which every upgrade applies.
	CRDs CRDPolicy

	// Chart and Version are those of the upstream chart as Flux gets them; for a local chart
	// Version is the chart's own.
	Chart, Version string
	// SourceKind and SourceName refer to the object that brings the chart.
	SourceKind, SourceName string
	// SourceURL is the chart repository's URL; empty for a local chart.
	SourceURL string
	// Local is the chart inside the bundle; nil for an upstream chart.
	Local *localformat.Chart

	// DependsOn names the releases that must be ready first, in plan order.
	DependsOn []string

	// Values are the inline values, Dynamic those that go into the ConfigMap, and Unset the dynamic
	// paths that have no value.
	Values  map[string]any
	Dynamic map[string]any
	Unset   [][]string
	// SecretValues are given by Secrets of the cluster, sorted by path.
	SecretValues []SecretValue

	// Variables are what the Kustomization that applies the bundle fills in, sorted by name.
	Variables []substitution.Variable

	// Gates say when the release is ready, beyond what Flux sees by itself.
	Gates []component.HealthCheck

	component *componentValues // those of the component, where its chart is an upstream one
	chartName string           // what such a chart calls itself

	substituted [][]string // paths of Values below which variables stay

	recreated bool  // a gate is on an object that Helm deletes before it tries again
	needs     []int // indices of the releases it waits for
	wakes     bool  // others wait for it, and are to be woken
	upstream  bool  // its chart is not made here, though it may be in the bundle
}

// Repository is a HelmRepository of the bundle.
type Repository struct {
	Name, URL string
	OCI       bool
	// Secret has its credentials, CertSecret its certificates; both may be empty.
	Secret, CertSecret string
}

// GitSource is the GitRepository of the bundle.
type GitSource struct {
	Name, URL, Branch string
	// Secret has its credentials, ProxySecret the proxy to it; both may be empty.
	Secret, ProxySecret string
}

// HasConfigMap reports whether the release reads values from a ConfigMap.
func (r *Release) HasConfigMap() bool { return len(r.Dynamic)+len(r.Unset) > 0 }

// ConfigMapName is the name of the release's ConfigMap.
func (r *Release) ConfigMapName() string { return r.Name + "-values" }

// ClusterConfigMapName is that of the ConfigMap that belongs to the cluster. It is never the name
// of one that a bundle had: Flux removes that one when the bundle no longer has it.
func (r *Release) ClusterConfigMapName() string { return r.Name + "-cluster-values" }

// generatorName is the name of the ArtifactGenerator that brings the release's chart in OCI mode.
func (r *Release) generatorName() string { return r.Name + "-chart" }

// The modes of a bundle: how it reaches the cluster.
const (
	ModeGit = "git"
	ModeOCI = "oci"
)

func (p *Plan) mode() string {
	if p.OCISourceName != "" {
		return ModeOCI
	}
	return ModeGit
}

// HasLocalCharts reports whether any release has its chart in the bundle.
func (p *Plan) HasLocalCharts() bool {
	return slices.ContainsFunc(p.Releases, func(r Release) bool { return r.Local != nil })
}

// Output describes the plan for people and programs. Files, sizes and releases are not known before
// the bundle is rendered.
func (p *Plan) Output() *deployer.Output {
	out := &deployer.Output{
		Files:           []string{},
		Warnings:        append([]string{}, p.Warnings...),
		DeploymentSteps: p.steps(),
		DeploymentNotes: p.notes(),
		Placeholder:     p.placeholder(),
	}
	return out
}

// placeholder reports whether the bundle's GitRepository has the placeholder URL.
func (p *Plan) placeholder() bool { return p.Git != nil && p.Git.URL == config.PlaceholderRepoURL }
