// Package flux turns a recipe with its values and manifests into a bundle that Flux reconciles:
// HelmReleases in order, their sources, and the local charts that carry manifests.
//
// The flow is recipe → Plan → files. Planning decides what is released, in which order, from where
// and with which values; rendering writes that down as Flux objects; both are pure. Generate is the
// shell around them: it pulls vendored charts before, and writes the directory after.
//
// The package knows nothing of command lines, registries of components, or where values came from.
package flux

import (
	"context"
	"time"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// Generator creates Flux manifests from recipe results. Configure it with the required fields, then
// call Generate. It is never changed by a call, so one Generator can be used again and
// concurrently.
type Generator struct {
	// RecipeResult contains the recipe metadata and component references. Required.
	RecipeResult *recipe.RecipeResult

	// ComponentValues maps component names to their values.
	ComponentValues map[string]map[string]any

	// Version is the generator version, shown in the bundle's README.
	Version string

	// RepoURL is the Git repository URL for GitRepository source CRs (https://, http://, ssh://, or
	// git@host:path). If empty, a placeholder URL is used, and the output says so. Not used in OCI
	// mode.
	RepoURL string

	// TargetRevision is the branch of the GitRepository (default: "main").
	TargetRevision string

	// RepoPath is the directory of the bundle inside the Git repository, slash-separated; empty
	// means the root.
	RepoPath string

	// SyncFile is the file in the Git repository with what applies the bundle, such as
	// clusters/a/aicr.yaml. The bundle's README points to it.
	SyncFile string

	// AppliedBy is the Kustomization that takes the bundle in with the directory around it. The
	// bundle's README says so.
	AppliedBy string

	// RepoSecret names a Secret of the cluster with the credentials of a private Git repository
	// (secretRef of the GitRepository).
	RepoSecret string

	// GitSourceName names a GitRepository that exists in the cluster. Local charts then refer to it
	// and none is written; RepoURL, TargetRevision and RepoSecret must be empty.
	GitSourceName string

	// ChartRepoSecrets maps a chart repository's host (with its port, if it has one) to the Secret
	// of the cluster that holds its credentials.
	ChartRepoSecrets map[string]string

	// SourceSecrets are Secrets of the cluster by the host of the sources that refer to them. A host
	// that no source has is refused; SyncURL is that of a source outside the bundle that counts, too.
	SourceSecrets deployer.SourceSecrets
	SyncURL       string

	// Rewrites send chart repositories to mirrors. recipe.yaml has them as they were.
	Rewrites recipe.Rewrites

	// Scheduling is where pods and data were placed, for bundle-info.yaml. ComponentValues have the
	// effect of it already.
	Scheduling deployer.InfoScheduling

	// Upgrades are what to know before components are upgraded to their versions, for UPGRADING.md.
	Upgrades []component.Upgrade

	// IncludeChecksums indicates whether to generate a checksums.txt file, which is also the list
	// by which a later run knows its own files.
	IncludeChecksums bool

	// DataFiles lists additional file paths (relative to the output dir) to include in checksum
	// generation. Used for external data files copied into the bundle before; they are never
	// changed.
	DataFiles []string

	// ComponentManifests maps component name → manifest path → bytes. Drives generation of local
	// Helm charts for manifest-only and mixed components. The bytes are Helm templates, rendered in
	// the cluster.
	ComponentManifests map[string]map[string][]byte

	// ComponentPreManifests maps component name → manifest path → bytes. Emitted as a <name>-pre
	// HelmRelease that the primary HelmRelease depends on.
	ComponentPreManifests map[string]map[string][]byte

	// DynamicValues maps component names to their dynamic value paths. These paths are split from
	// the inline values into a ConfigMap, which the HelmRelease refers to by spec.valuesFrom.
	DynamicValues map[string][]string

	// ValuesFrom says where the dynamic values stand; see deployer.Options.
	ValuesFrom string

	// SecretValues maps component names to the values that Secrets of the cluster give. These leave
	// the values, and the HelmRelease refers to the Secrets by spec.valuesFrom.
	SecretValues map[string][]deployer.SecretValue

	// SubstitutedValues maps component names to paths of values below which ${VARIABLES} stay, for the
	// Kustomization that applies the bundle to fill in.
	SubstitutedValues map[string][]string

	// Namespace is the Kubernetes namespace where the Flux objects are deployed (default:
	// config.DefaultFluxNamespace, "flux-system").
	Namespace string

	// OCISourceName is the name of the OCIRepository that Flux pulls the bundle from. When set,
	// local charts reach the cluster through an ArtifactGenerator and an ExternalArtifact instead
	// of a GitRepository.
	OCISourceName string

	// VendorCharts puts the bytes of upstream charts into the bundle, so that the cluster needs no
	// chart repository.
	VendorCharts bool

	// Puller fetches upstream charts when VendorCharts is set. Pulls run one after the other,
	// unless Jobs says otherwise. nil means a localformat.CLIChartPuller.
	Puller localformat.ChartPuller

	// Namespaces says which Namespaces a vendored chart gives as a release with these values. It is
	// asked of charts whose templates look as if they gave one; nil means that they give none.
	Namespaces func(ctx context.Context, chart *localformat.Chart, release, namespace string, values map[string]any) ([]localformat.Namespace, error)

	// Jobs is how many charts are pulled at once, of which the Puller must be capable; 0 means one
	// after the other.
	Jobs int

	// Ordering is how releases wait for each other (default: OrderChain).
	Ordering Ordering

	// EventDriven lets events wake waiting releases; see deployer.Options.
	EventDriven bool

	// ReleaseNames and CRDs are those of deployer.Options, OwnsCRDs that of deployer.Input.
	ReleaseNames, CRDs string
	OwnsCRDs           map[string]bool

	// HealthChecks are those of each component, and Readiness, Ready, ReadyFailed and FluxVersion
	// those of deployer.Options.
	HealthChecks       map[string][]component.HealthCheck
	Readiness          bool
	Ready, ReadyFailed []deployer.ReadyExpression
	FluxVersion        string

	// Settings are the release settings; the zero value has the defaults.
	Settings deployer.Settings

	// Force overwrites files of the output directory that were edited, or that are not the bundle's
	// own.
	Force bool
}

// Ordering is how releases wait for each other.
type Ordering string

// The orderings. A chain follows the recipe's order one by one; a graph follows the components'
// dependencyRefs, and the rest runs in parallel.
const (
	OrderChain Ordering = "chain"
	OrderGraph Ordering = "graph"
)

// Generate writes the bundle into dir, which is created where it does not exist. It is all or
// nothing: on an error, dir is as it was. Invalid input is ErrCodeInvalidRequest; files in dir that
// would be lost are ErrCodeConflict.
func (g *Generator) Generate(ctx context.Context, dir string) (*deployer.Output, error) {
	start := time.Now()
	made, err := g.make(ctx)
	if err != nil {
		return nil, err
	}
	out, err := made.Write(ctx, dir, bundle.WriteOptions{Checksums: g.IncludeChecksums, DataFiles: g.DataFiles, Force: g.Force})
	if err != nil {
		return nil, err
	}
	out.Duration = time.Since(start)
	return out, nil
}

func (g *Generator) make(ctx context.Context) (*deployer.Bundle, error) {
	plan, err := g.Plan(ctx)
	if err != nil {
		return nil, err
	}
	files, err := plan.Render()
	if err != nil {
		return nil, err
	}
	read, err := rollout.Read(ctx, files.FS(), rollout.Options{})
	if err != nil {
		return nil, errors.In(err, "the bundle")
	}
	out := *plan.Output()
	out.Releases, out.Variables = read.Summaries(), read.Variables()
	out.DeploymentNotes = append(out.DeploymentNotes, guardedNotes(read)...)
	misread, err := misreadDefaults(read)
	if err != nil {
		return nil, err
	}
	out.Warnings = append(out.Warnings, misread...)
	return &deployer.Bundle{Files: files, Root: RootFile, Rollout: read, Output: out, Vendored: plan.Vendored}, nil
}

// Plan decides what the bundle releases, without writing anything. With VendorCharts it pulls the
// charts.
func (g *Generator) Plan(ctx context.Context) (*Plan, error) {
	if g.RecipeResult == nil {
		return nil, errors.Invalid("the Generator has no RecipeResult; load a recipe with recipe.Load")
	}
	r, err := g.components()
	if err != nil {
		return nil, err
	}
	bundled, err := g.withoutSecrets()
	if err != nil {
		return nil, err
	}
	rewritten := g.Rewrites.Apply(r)
	s, err := g.settings(r)
	if err != nil {
		return nil, err
	}
	order, err := r.Order()
	if err != nil {
		return nil, err
	}
	p := &planner{g: g, recipe: r, settings: s, plan: &Plan{
		Namespace: s.namespace, OCISourceName: g.OCISourceName, Version: g.Version, RepoPath: s.repoPath, SyncFile: g.SyncFile, AppliedBy: g.AppliedBy, settings: s, checksums: g.IncludeChecksums, toSync: g.toSync(),
		Warnings: rewritten, recipe: bundled, info: g.info(), upgrades: g.Upgrades,
	}}
	return p.build(ctx, order)
}
