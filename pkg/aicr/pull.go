package aicr

import (
	"cmp"
	"context"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/oci"
)

// PullOptions say what Pull brings, and where to. Source and Dir are required.
type PullOptions struct {
	// Source is oci://HOST/REPOSITORY with a tag or a digest, Dir the directory.
	Source, Dir string
	// Version is the program's version, which servers see.
	Version string
	// Registry says how to reach the registry, and whom to tell how it goes on.
	Registry oci.Connection
	// Force overwrites files that were edited or that are not a bundle's.
	Force bool
}

// Pulled says what Pull did.
type Pulled struct {
	// Reference is what was pulled, with its digest.
	Reference string `json:"reference"`
	Digest    string `json:"digest"`
	// Version and Revision are what the artifact says of itself.
	Version  string `json:"version,omitempty"`
	Revision string `json:"revision,omitempty"`

	Files     []string `json:"files"`
	TotalSize int64    `json:"totalSize"`
	Removed   []string `json:"removed,omitempty"`
	Kept      []string `json:"kept,omitempty"`
}

// Pull brings a published bundle into a directory, all or nothing. The files of an earlier bundle
// there are replaced like those of an earlier run.
func Pull(ctx context.Context, o PullOptions) (*Pulled, error) {
	if _, err := oci.ParseSource(o.Source); err != nil {
		return nil, err
	}
	if err := checkDirectory(o.Dir); err != nil {
		return nil, err
	}
	around, err := lookAround(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	if err := around.check(ctx); err != nil {
		return nil, err
	}
	pulled, err := pull(ctx, o.Source, o.Registry, o.Version, oci.PullOptions{Owner: flux.RootFile})
	if err != nil {
		return nil, err
	}
	defer pulled.Close()
	written, err := bundle.Write(ctx, o.Dir, pulled.Files, bundle.WriteOptions{Checksums: true, Owner: flux.RootFile, Force: o.Force})
	if err != nil {
		return nil, err
	}
	return &Pulled{
		Reference: pulled.Reference.Image(), Digest: pulled.Digest, Version: pulled.Meta.Version, Revision: pulled.Meta.Revision,
		Files: written.Files, TotalSize: written.TotalSize, Removed: written.Removed, Kept: written.Kept,
	}, nil
}

// pull pulls an artifact, which the caller closes.
func pull(ctx context.Context, source string, registry oci.Connection, version string, o oci.PullOptions) (*oci.Pulled, error) {
	ref, err := oci.ParseSource(source)
	if err != nil {
		return nil, err
	}
	o.Connection = connection(registry, version)
	return oci.Pull(ctx, ref, o)
}

// connection is the connection of a program of that version.
func connection(c oci.Connection, version string) oci.Connection {
	c.UserAgent = cmp.Or(c.UserAgent, userAgent(version))
	return c
}
