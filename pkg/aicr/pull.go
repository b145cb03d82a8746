package aicr

import (
	"cmp"
	"context"
	"os"
	"slices"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/rollout"
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

	// Warnings are what is lost in a cluster with the bundle that was in the directory.
	Warnings []string `json:"warnings,omitempty"`
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
	out := &Pulled{Reference: pulled.Reference.Image(), Digest: pulled.Digest, Version: pulled.Meta.Version, Revision: pulled.Meta.Revision}
	if err := out.compare(ctx, o.Dir, pulled.Files, around.applier()); err != nil {
		return nil, err
	}
	written, err := bundle.Write(ctx, o.Dir, pulled.Files, bundle.WriteOptions{Checksums: true, Owner: flux.RootFile, Force: o.Force})
	if err != nil {
		return nil, err
	}
	out.Files, out.TotalSize, out.Removed, out.Kept = written.Files, written.TotalSize, written.Removed, written.Kept
	return out, nil
}

// compare warns of what the bundle loses in a cluster that runs the one that is in the directory.
func (p *Pulled) compare(ctx context.Context, dir string, files *bundle.Files, applier string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil //nolint:nilerr // it is not there, and Write says whether it can be made
	}
	defer root.Close()
	earlier, _, err := earlierIn(ctx, root, flux.RootFile)
	if err != nil || earlier == nil {
		return err
	}
	later, err := rollout.Read(ctx, files.FS(), rollout.Options{Builder: rollout.Unbuilt{}})
	if err != nil {
		return err
	}
	p.Warnings = slices.Concat(losses(rollout.Compare(earlier, later)), inOrder(earlier, later, applier))
	return nil
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
