package deployer

import (
	"context"
	"time"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// Input is what a bundle is made of: a recipe with everything that it refers to.
type Input struct {
	Options
	Recipe *recipe.RecipeResult
	// Values, Manifests, PreManifests and DynamicValues are those of each component by its name;
	// manifests by their path.
	Values                  map[string]map[string]any
	Manifests, PreManifests map[string]map[string][]byte
	DynamicValues           map[string][]string
	// OwnsCRDs says of components whether they may replace the CRDs that their charts have; nothing
	// is known of one that is not in it.
	OwnsCRDs map[string]bool
	// HealthChecks say of components when what they bring is ready.
	HealthChecks map[string][]component.HealthCheck
	// SyncFile is the file in the Git repository with what applies the bundle, for its README; empty
	// where none is known.
	SyncFile string
	// AppliedBy is the Kustomization that builds a directory around the bundle, and applies it with
	// that; empty where none does.
	AppliedBy string
	// SecretValues are the values of each component that Secrets of the cluster give.
	SecretValues map[string][]SecretValue
	// SubstitutedValues are the paths of each component's values below which ${VARIABLES} stay.
	SubstitutedValues map[string][]string
	// SyncURL is that of the source that will bring the bundle, where a Sync is made for it;
	// SourceSecrets may be about its host, too.
	SyncURL string
	// Rewrites send chart repositories to mirrors.
	Rewrites recipe.Rewrites
	// Upgrades are what to know before components are upgraded to their versions.
	Upgrades []component.Upgrade
	// Scheduling is where pods and data were placed, for bundle-info.yaml.
	Scheduling InfoScheduling
	// Puller fetches upstream charts, as many at once as Jobs says.
	Puller localformat.ChartPuller
	// Namespaces says which Namespaces a vendored chart gives as a release with these values. It is
	// asked of charts whose templates look as if they gave one.
	Namespaces func(ctx context.Context, chart *localformat.Chart, release, namespace string, values map[string]any) ([]localformat.Namespace, error)
	Jobs       int
}

// SecretValue is a value that a Secret of the cluster gives, so that it stands nowhere else.
type SecretValue struct {
	// Path is the way to the value: keys joined by dots, with \. for a dot in a key.
	Path string
	// Secret is the name of the Secret, in Options.Namespace, and Key is where it has the value.
	Secret, Key string
}

// Options say how the releases of a bundle look. The zero value is usable. The tag record says
// whether, and how, a bundle's record of how it was made has the field.
type Options struct {
	// Version is the program's version, shown in the bundle's README.
	Version string `record:"-"`
	// Namespace is where the GitOps tool runs (default: flux-system).
	Namespace string

	// RepoURL is the Git repository that the bundle will be in (https://, http://, ssh:// or
	// git@host:path); TargetRevision is its branch (default: main) and RepoPath the bundle's
	// directory there, "." for the root.
	RepoURL, TargetRevision, RepoPath string
	// RepoSecret names the Secret of the cluster with the repository's credentials.
	RepoSecret string
	// GitSourceName names a source of the cluster that brings the repository, to be used instead of
	// writing one.
	GitSourceName string
	// OCISourceName names the source of the cluster that will bring the bundle as an OCI artifact,
	// instead of a Git repository.
	OCISourceName string
	// ChartRepoSecrets maps a chart repository's host (with its port, if it has one) to the Secret
	// of the cluster with its credentials.
	ChartRepoSecrets map[string]string
	SourceSecrets

	// VendorCharts puts the upstream charts into the bundle.
	VendorCharts bool
	// NoChecksums leaves out checksums.txt, by which a later run knows its files.
	NoChecksums bool
	// Ordering is "chain" (the default): one release after the other, or "graph": by dependencies,
	// and the rest in parallel.
	Ordering string
	// EventDriven adds a release that wakes releases as soon as those that they wait for are ready,
	// by way of Flux's notification-controller. Without that controller they are polled, as ever.
	EventDriven bool
	// ValuesFrom says where the values of DynamicValues stand: in the "bundle" (the default), or in a
	// ConfigMap that each "cluster" brings itself, so that one bundle serves many clusters; with
	// "cluster-optional" the values of the bundle hold where a cluster has none.
	ValuesFrom string
	// ReleaseNames is "plain" (the default): Helm calls a release as it is called here, and keeps it
	// in its own namespace; or "aicr": both are left to helm-controller, as in AICR's own bundles for
	// Flux, which puts the namespace before the name and keeps the release in that of Flux.
	ReleaseNames string
	// CRDs is what becomes of the CRDs that charts have beside their templates: "create-replace",
	// "create" or "skip", or "auto" (the default): create-replace, and where the registry knows
	// which components own their CRDs, only for these.
	CRDs string
	// Readiness lets releases wait until what they install works, where that is known of the component
	// or said by its data; Ready says it of further kinds, or otherwise. ReadyFailed says when an
	// object will never be ready, which ends the wait at once.
	Readiness          bool
	Ready, ReadyFailed []ReadyExpression
	// FluxVersion is the line of Flux versions that the cluster has, such as 2.8 (default: the newest).
	FluxVersion string
	Settings    Settings `record:"inline"`
}

// ReadyExpression says in CEL something of the objects of a kind that a component brings.
type ReadyExpression struct {
	// Component is the component's name, or another one that the registry has.
	Component string
	// APIVersion and Kind are those of the objects, and Expression is true where it holds for one.
	APIVersion, Kind, Expression string
	// From is what messages call it, such as the flag that it comes from; empty means the field.
	From string `record:"-"`
}

// The values of Options.ReleaseNames.
const (
	NamesPlain = "plain"
	NamesAICR  = "aicr"
)

// The values of Options.ValuesFrom.
const (
	ValuesFromBundle          = "bundle"
	ValuesFromCluster         = "cluster"
	ValuesFromClusterOptional = "cluster-optional"
)

// SourceSecrets are Secrets of the cluster by the host (with its port, if it has one) of the sources
// that refer to them, in a bundle and in a Sync.
type SourceSecrets struct {
	// SourceCertSecrets have the certificate of an authority to trust, that of a client with its
	// key, or both.
	SourceCertSecrets map[string]string
	// SourceProxySecrets have the address of a proxy, and a user and password where it wants them.
	SourceProxySecrets map[string]string
}

// Settings are the settings that all releases and sources share. Durations are whole milliseconds;
// zero means the default.
type Settings struct {
	Interval               time.Duration // how often a release is reconciled (30m)
	Timeout                time.Duration // of one install or upgrade (15m)
	RetryInterval          time.Duration // pause before a failed one is tried again (2m)
	HelmRepositoryInterval time.Duration // how often a chart repository is looked at (1h)
	ChartInterval          time.Duration // how often a chart's source is looked at (10m)
	GitRepositoryInterval  time.Duration // how often the Git repository is looked at (5m)

	// DriftDetection is "enabled", "warn" or "disabled" (the default).
	DriftDetection string
	// ServiceAccount is what releases are installed as; empty means the tool's own.
	ServiceAccount string
}
