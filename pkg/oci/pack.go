package oci

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"io"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// PackOptions are the options of Pack.
type PackOptions struct {
	Meta
	// NoChecksums leaves checksums.txt out of the artifact. Pull refuses such an artifact: nothing
	// tells which files are the bundle's.
	NoChecksums bool
	// TempDir is where a large artifact is spooled; empty: the system's place.
	TempDir string
}

// Pack packs exactly the files, and the checksums.txt that belongs to them, whatever else lies in
// the directory that they come from. The artifact depends on their paths and contents and on Meta,
// and on nothing else: no clock, no user, no directory, no tag. Close it after use.
//
// An empty set, and one that holds a checksums.txt, is ErrCodeInvalidRequest; a file that changes
// meanwhile is ErrCodeConflict.
func Pack(ctx context.Context, files *bundle.Files, o PackOptions) (*Artifact, error) {
	if files == nil || files.Len() == 0 {
		return nil, errors.Invalid("artifact: there is no file to pack")
	}
	if _, ok := files.Lookup(bundle.ChecksumsFile); ok {
		return nil, errors.Invalid("artifact: file %q is written by Pack itself; leave it out of the set", bundle.ChecksumsFile)
	}
	list := slices.Collect(files.All())
	if !o.NoChecksums {
		list = append(list, bundle.File{Path: bundle.ChecksumsFile, Data: bundle.Sum(files).Bytes()})
		slices.SortFunc(list, func(a, b bundle.File) int { return strings.Compare(a.Path, b.Path) })
	}
	content, err := newSpool(o.TempDir)
	if err != nil {
		return nil, errors.In(err, "artifact")
	}
	a := &Artifact{content: content}
	diffID, err := a.pack(ctx, list)
	if err == nil {
		err = a.describe(diffID, o.Meta)
	}
	if err != nil {
		return nil, errors.In(errors.Join(err, a.Close()), "artifact")
	}
	return a, nil
}

// compression is gzip's fastest: the bulk of a large bundle is charts that are packed already, and
// a small one is small anyway.
const compression = gzip.BestSpeed

// pack writes the layer and returns the digest of what it is unpacked.
func (a *Artifact) pack(ctx context.Context, files []bundle.File) (diffID digest.Digest, err error) {
	packed, plain := digest.Canonical.Digester(), digest.Canonical.Digester()
	z, err := gzip.NewWriterLevel(io.MultiWriter(a.content, packed.Hash()), compression)
	if err != nil {
		return "", err
	}
	w := tar.NewWriter(io.MultiWriter(z, plain.Hash()))
	for _, file := range files {
		if err := addFile(ctx, w, file); err != nil {
			return "", errors.In(err, "file %q", file.Path)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		return "", err
	}
	a.layer = ocispec.Descriptor{MediaType: LayerMediaType, Digest: packed.Digest(), Size: a.content.size}
	return plain.Digest(), nil
}

// addFile writes one file with a header that says nothing of where it comes from.
func addFile(ctx context.Context, w *tar.Writer, file bundle.File) error {
	err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: file.Path, Size: file.Len(), Mode: 0o644, ModTime: created})
	if err != nil {
		return err
	}
	return file.CopyTo(ctx, w)
}
