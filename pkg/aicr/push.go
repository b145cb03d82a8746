package aicr

import (
	"cmp"
	"context"
	"slices"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// PushOptions say what Push publishes, and where. Dir and Target are required.
type PushOptions struct {
	Publish
	deployer.SourceSecrets
	// Dir is the directory of the bundle, Target oci://HOST/REPOSITORY[:TAG].
	Dir, Target string
	// Version is the program's version, which servers see.
	Version string
	// OCISourceName is the OCIRepository that will bring the bundle; empty means the one that the
	// bundle's local charts name.
	OCISourceName string
	// Namespace is that of Flux; empty means the bundle's.
	Namespace string
	// Force moves a tag that points to other content, and overwrites a file of Sync that was edited.
	Force bool
}

// Pushed says what Push did.
type Pushed struct {
	*deployer.Artifact
	// SyncFile is the file of Sync; nil where none is named.
	SyncFile *deployer.SyncFile `json:"syncFile,omitempty"`
	// DeploymentSteps are what to do next, in order; DeploymentNotes what to know about the cluster
	// before.
	DeploymentSteps []string `json:"deploymentSteps"`
	DeploymentNotes []string `json:"deploymentNotes"`
}

// checkPlace refuses a file of Sync in a place that belongs to others, and a second owner of what Flux
// applies from Git already.
func (p *publication) checkPlace(ctx context.Context, releases []*rollout.Release) (warnings []string, err error) {
	if p.Sync.File == "" {
		return nil, nil
	}
	around, err := lookAround(ctx, p.Dir)
	if err != nil {
		return nil, err
	}
	if p.place, err = p.Sync.place(ctx, around); err != nil {
		return nil, err
	}
	example := p.source()
	example.Tag = "tag"
	synced, err := p.tool.Sync(example)
	if err != nil {
		return nil, errors.In(err, "`Sync`")
	}
	if err := p.place.secondOwner(ctx, around, synced.Kustomization); err != nil {
		return nil, err
	}
	n := newcomer{surroundings: p.place.around, releases: releases}
	if around.git != nil && p.place.around.git != nil && around.git.Root == p.place.around.git.Root {
		n.own = around.git.Path // who applies that was looked at
	}
	n.syncedBy(p.place)
	_, warnings, err = n.check(ctx)
	return warnings, err
}

// Push publishes a bundle as it was generated in OCI mode, and writes the files that the options
// ask for. Only what the bundle's checksums.txt lists is published. A bundle whose charts come from
// a GitRepository is an invalid request.
func Push(ctx context.Context, o PushOptions) (*Pushed, error) {
	ref, err := oci.ParseReference(o.Target)
	if err != nil {
		return nil, err
	}
	p := &publication{PushOptions: o, tool: deployers()["flux"], ref: ref}
	p.OCISourceName = cmp.Or(o.OCISourceName, config.DefaultOCISourceName)
	if err := errors.Join(p.check(), p.checkSecrets()); err != nil {
		return nil, err
	}
	root, err := openBundle(o.Dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	files, err := bundle.Read(ctx, root.FS(), flux.RootFile)
	if err != nil {
		return nil, errors.In(err, "bundle %s", o.Dir)
	}
	facts, err := factsOf(ctx, files)
	if err == nil {
		err = facts.fits(o.OCISourceName)
	}
	if err != nil {
		return nil, errors.In(err, "bundle %s", o.Dir)
	}
	p.made = facts.version
	p.OCISourceName = cmp.Or(o.OCISourceName, facts.source, config.DefaultOCISourceName)
	p.Namespace = cmp.Or(o.Namespace, facts.namespace)
	warnings, err := p.checkPlace(ctx, facts.releases)
	if err := errors.Join(p.checkSync(), p.checkRefs(ctx), err); err != nil {
		return nil, err
	}
	if err := p.registered(ctx); err != nil {
		return nil, err
	}
	given, unused, err := p.Sync.give(facts.variables, p.Namespace)
	if err != nil {
		return nil, err
	}
	pushed, err := p.publish(ctx, files)
	if err != nil {
		return nil, err
	}
	pushed.DeploymentNotes = slices.Concat(flux.Needs(facts.minFlux(), facts.localCharts), pushed.DeploymentNotes, given, warnings, unused)
	if facts.mode == "" {
		pushed.DeploymentNotes = append(pushed.DeploymentNotes, "Another program made this bundle: its README does not tell of this artifact, and signatures of its checksums are not in it")
	}
	return pushed, nil
}

// checkSecrets refuses Secrets that the one source cannot refer to.
func (p *publication) checkSecrets() error {
	if p.Sync.File == "" {
		return refuse(aboutSync, field{"`SourceCertSecrets`", len(p.SourceCertSecrets) > 0}, field{"`SourceProxySecrets`", len(p.SourceProxySecrets) > 0})
	}
	return flux.CheckSourceSecrets(p.SourceSecrets, p.ref.URL())
}
