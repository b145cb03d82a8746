package aicr

import (
	"context"
	"path/filepath"

	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/fleet"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// FleetOptions say what Fleet writes. File and Output are required.
type FleetOptions struct {
	// File is the fleet file; see fleet.File.
	File string
	// Output is the directory in which each cluster gets one of its name.
	Output string
	// DryRun writes nothing, and only says what would be written.
	DryRun bool
	// Force overwrites files that were edited or that an earlier run did not write.
	Force bool
	// Registry says how to reach the registry of bundles that lie in one.
	Registry oci.Connection
	// Renderer builds the bundles; nil means that they are trusted.
	Renderer Renderer
	// Version is the program's version.
	Version string
}

// FleetResult says what Fleet wrote.
type FleetResult struct {
	Clusters []fleet.ClusterFiles `json:"clusters"`
	// Added, Changed and Removed are files below Output.
	Added    []string `json:"added,omitempty"`
	Changed  []string `json:"changed,omitempty"`
	Removed  []string `json:"removed,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// Fleet writes for each cluster of a fleet file what brings its bundle into it, all or nothing.
func Fleet(ctx context.Context, o FleetOptions) (*FleetResult, error) {
	noun := "fleet file " + o.File
	data, err := inputfile.Read(ctx, noun, o.File, config.MaxRecipeSize)
	if err != nil {
		return nil, err
	}
	var made *fleet.Made
	from := fleetFile{dir: filepath.Dir(o.File), registry: o.Registry, version: o.Version, renderer: o.Renderer}
	err = from.make(ctx, data, func(m *fleet.Made, _ map[string]*rollout.Rollout) error {
		made = m
		return nil
	})
	if err != nil {
		return nil, errors.In(err, "%s", noun)
	}
	changes, err := o.write(ctx, made.Files)
	if err != nil {
		return nil, err
	}
	return &FleetResult{Clusters: made.Clusters, Added: changes.Added, Changed: changes.Changed, Removed: changes.Removed, Warnings: made.Warnings}, nil
}

func (o *FleetOptions) write(ctx context.Context, files *bundle.Files) (*bundle.Changes, error) {
	how := bundle.WriteOptions{Checksums: true, Owner: fleet.ListFile, Force: o.Force}
	if o.DryRun {
		return bundle.Compare(ctx, o.Output, files, how)
	}
	written, err := bundle.Write(ctx, o.Output, files, how)
	if err != nil {
		return nil, err
	}
	return &written.Changes, nil
}
