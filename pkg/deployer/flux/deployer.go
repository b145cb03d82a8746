package flux

import (
	"context"

	"github.com/aicr-flux/aicr/pkg/deployer"
)

// Deployer makes bundles for Flux, by a Generator.
type Deployer struct{}

var _ deployer.Deployer = Deployer{}

// Make makes a bundle; see deployer.Deployer.
func (Deployer) Make(ctx context.Context, in deployer.Input) (*deployer.Bundle, error) {
	return New(in).make(ctx)
}

// New returns the Generator of an input.
func New(in deployer.Input) *Generator {
	return &Generator{
		RecipeResult: in.Recipe, ComponentValues: in.Values, Version: in.Version,
		ComponentManifests: in.Manifests, ComponentPreManifests: in.PreManifests, DynamicValues: in.DynamicValues, SecretValues: in.SecretValues, SubstitutedValues: in.SubstitutedValues,
		RepoURL: in.RepoURL, TargetRevision: in.TargetRevision, RepoPath: in.RepoPath, SyncFile: in.SyncFile, AppliedBy: in.AppliedBy, RepoSecret: in.RepoSecret,
		GitSourceName: in.GitSourceName, OCISourceName: in.OCISourceName, ChartRepoSecrets: in.ChartRepoSecrets,
		SourceSecrets: in.SourceSecrets, SyncURL: in.SyncURL, Rewrites: in.Rewrites, Scheduling: in.Scheduling, Upgrades: in.Upgrades,
		VendorCharts: in.VendorCharts, Puller: in.Puller, Namespaces: in.Namespaces, Jobs: in.Jobs,
		ReleaseNames: in.ReleaseNames, CRDs: in.CRDs, OwnsCRDs: in.OwnsCRDs,
		HealthChecks: in.HealthChecks, Readiness: in.Readiness, Ready: in.Ready, ReadyFailed: in.ReadyFailed, FluxVersion: in.FluxVersion,
		Namespace: in.Namespace, Ordering: Ordering(in.Ordering), EventDriven: in.EventDriven, ValuesFrom: in.ValuesFrom, Settings: in.Settings, IncludeChecksums: !in.NoChecksums,
	}
}
