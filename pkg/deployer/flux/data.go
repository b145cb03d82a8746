package flux

import (
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// This file holds the data of the templates in templates/, one type a template. Text fields are
// plain text: the templates quote them. Fields whose name ends in YAML are YAML already, indented
// for their place and ending in a newline.

// HelmReleaseData carries per-component data for the helmrelease.yaml template.
type HelmReleaseData struct {
	Name            string
	Namespace       string // Flux install namespace (e.g. "flux-system")
	TargetNamespace string
	Chart           string
	Version         string
	SourceKind      string // "HelmRepository" or "GitRepository"
	SourceName      string
	DependsOn       []DependsOnRef
	ValuesFrom      []ValuesFromRef // references for dynamic and secret values
	ValuesYAML      string          // Pre-rendered, indented YAML for spec.values

	ValuesFile    string // named after the content of a local chart; empty leaves it out
	ChartInterval string // how often the chart's source is looked at, e.g. "10m"
	ReleaseSettingsData
}

// ChartRefHelmReleaseData carries per-component data for the helmrelease-chartref.yaml template.
// Used when OCISourceName is set, causing HelmReleases of local charts to reference an
// ExternalArtifact via spec.chartRef.
type ChartRefHelmReleaseData struct {
	Name            string
	Namespace       string // Flux install namespace (e.g. "flux-system")
	TargetNamespace string
	ChartRefName    string // ExternalArtifact name for spec.chartRef
	DependsOn       []DependsOnRef
	ValuesFrom      []ValuesFromRef // references for dynamic and secret values
	ValuesYAML      string          // Pre-rendered, indented YAML for spec.values

	ReleaseSettingsData
}

// ReleaseSettingsData carries what every HelmRelease says about how it is installed. Durations are
// in Flux's form, e.g. "30m".
type ReleaseSettingsData struct {
	After            string // the releases that wake it; empty leaves it out
	ClusterValues    string // the ConfigMap of the cluster; likewise
	Variables        string // what Flux substitutes; likewise
	Wakes            bool   // it wakes others
	Interval         string
	Timeout          string
	RetryInterval    string
	ReleaseName      string // empty leaves it out
	StorageNamespace string // empty leaves it out
	CreateNamespace  bool
	CRDs             CRDPolicy
	DriftDetection   string // mode; empty leaves it out
	ServiceAccount   string // empty leaves it out
	Gates            []component.HealthCheck
}

// DependsOnRef is a Flux dependsOn reference to another resource. All HelmReleases share a single
// namespace, so no namespace is needed.
type DependsOnRef struct {
	Name string
}

// ValuesFromRef is a Flux valuesFrom reference to a ConfigMap with values, or to a Secret with one.
type ValuesFromRef struct {
	Kind, Name string
	Key        string
	TargetPath string // where the one value goes
	Optional   bool   // the release does without it where the cluster has none
}

// HelmRepoSourceData carries data for HelmRepository source CRs.
type HelmRepoSourceData struct {
	Name      string
	Namespace string // Flux install namespace (e.g. "flux-system")
	URL       string
	IsOCI     bool

	Interval       string // e.g. "1h"
	SecretName     string // Secret with credentials; empty leaves it out
	CertSecretName string // Secret with certificates; likewise
}

// GitRepoSourceData carries data for GitRepository source CRs.
type GitRepoSourceData struct {
	Name      string
	Namespace string // Flux install namespace (e.g. "flux-system")
	URL       string
	Branch    string

	Interval        string // e.g. "5m"
	SecretName      string // Secret with credentials; empty leaves it out
	ProxySecretName string // Secret with the address of a proxy; likewise
}

// ArtifactGeneratorData carries per-component data for the artifactgenerator.yaml template. Each
// local-chart component emits one ArtifactGenerator that extracts its chart directory from the
// outer OCIRepository into an ExternalArtifact.
type ArtifactGeneratorData struct {
	Name          string // ArtifactGenerator CR name
	Namespace     string // Flux install namespace (e.g. "flux-system")
	OCISourceName string // outer OCIRepository name (e.g. "aicr-bundle")
	ArtifactName  string // ExternalArtifact name that source-watcher will create
	ContentFile   string // a Chart.yaml that is named after the chart's content
	ChartPath     string // sub-directory within the OCI artifact (e.g. "gpu-operator-pre")

	Directories []string // sub-directories of the chart, e.g. "templates"
}

// ConfigMapData carries data for the configmap-values.yaml template.
type ConfigMapData struct {
	Name       string
	Namespace  string // Flux install namespace (e.g. "flux-system")
	ValuesYAML string // Indented YAML for the data.values.yaml field

	CreatedOnce  bool   // Flux creates it, and leaves it to the cluster then
	GeneratedKey string // named after the values; empty leaves it out
}

// RootKustomizationData carries data for the root kustomization.yaml.
type RootKustomizationData struct {
	Resources []string
	Revision  string // of all releases together

	Mode          string // "git" or "oci"
	OCISourceName string // OCI mode
	Version       string // of the generator; empty leaves it out
}

// ReadmeData carries data for the README.md template.
type ReadmeData struct {
	Namespace      string // Flux install namespace (e.g. "flux-system")
	BundlerVersion string
	Components     []ComponentSummary
	Rollout, Graph string // the components in their waves: counted, and as Mermaid
	Upgrades       []UpgradeData

	MinFluxVersion string
	Wants          []recipe.Want // what the recipe wants of the cluster
	OCISourceName  string   // OCI mode
	GitSourceName  string   // the GitRepository that local charts come from
	GitURL         string   // of a GitRepository in the bundle
	GitBranch      string   // likewise
	Path           string   // of the bundle in the repository, e.g. "./bundles/a"
	SyncFile       string   // the file in the repository with what applies the bundle; empty where none is known
	AppliedBy      string   // the Kustomization that takes the bundle in with what is around it; likewise
	Placeholder    bool     // GitURL is the placeholder
	LocalCharts    bool     // some release has its chart in the bundle
	Removal        []string // the releases, last first, each with the space before it
	ConfigMaps     []EditableData
	ClusterValues  []string     // the ConfigMaps that each cluster brings; empty where the bundle has them
	ValuesOptional bool         // a cluster may do without them
	Gates          []GateData   // what releases wait for
	Secrets        []SecretData // Secrets of the cluster that the bundle refers to
	LabelSecrets   string       // labels those that give values to releases
	Variables      []VariableData
	Vendored       bool
	Checksums      bool
}

// VariableData is a variable that a cluster gives.
type VariableData struct {
	Name     string
	Required bool
	Releases []string
}

// State says whether a cluster may do without it.
func (d VariableData) State() string {
	if d.Required {
		return "required"
	}
	return "has a default"
}

// EditableData is a ConfigMap that is meant for editing.
type EditableData struct {
	Name, File string
}

// UpgradeData is one entry of UPGRADING.md.
type UpgradeData struct {
	component.Upgrade
}

// FluxSteps are what to do where Flux deploys the component.
func (d UpgradeData) FluxSteps() []component.Step { return d.Steps("flux") }

// ReversibleState says whether the upgrade can be taken back, where the record does.
func (d UpgradeData) ReversibleState() string {
	switch {
	case d.Reversible == nil:
		return ""
	case *d.Reversible:
		return "It can be taken back."
	}
	return "It cannot be taken back."
}

// GateData is one line of the README about what a release waits for.
type GateData struct {
	Release, Kind, Current, Failed string
}

// ComponentSummary is used in README rendering: one line a release.
type ComponentSummary struct {
	Name         string
	Type         string // where the chart comes from, e.g. its repository
	Namespace    string
	DependsOnStr string
}
