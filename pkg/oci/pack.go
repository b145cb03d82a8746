package oci

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"hash"
	"io"
	"iter"

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
	a := &Artifact{content: &spool{dir: o.TempDir}}
	diffID, err := a.pack(ctx, withChecksums(files, o.NoChecksums))
	if err == nil {
		err = a.describe(diffID, o.Meta)
	}
	if err != nil {
		return nil, errors.In(errors.Join(err, a.Close()), "artifact")
	}
	return a, nil
}

// withChecksums is all files in the order of their paths, the list in its place among them.
func withChecksums(files *bundle.Files, none bool) iter.Seq[bundle.File] {
	if none {
		return files.All()
	}
	list := bundle.File{Path: bundle.ChecksumsFile, Data: bundle.Sum(files).Bytes()}
	return func(yield func(bundle.File) bool) {
		listed := false
		for file := range files.All() {
			if !listed && file.Path > list.Path {
				if listed = true; !yield(list) {
					return
				}
			}
			if !yield(file) {
				return
			}
		}
		if !listed {
			yield(list)
		}
	}
}

// compression is gzip's fastest: the bulk of a large bundle is charts that are packed already, and
// a small one is small anyway.
const compression = gzip.BestSpeed

// pack writes the layer and returns the digest of what it is unpacked.
func (a *Artifact) pack(ctx context.Context, files iter.Seq[bundle.File]) (diffID digest.Digest, err error) {
	packed := newSink(a.content)
	z, err := gzip.NewWriterLevel(packed, compression)
	if err != nil {
		return "", err
	}
	plain := newSink(z)
	w := tar.NewWriter(plain)
	buffer := make([]byte, 64<<10)
	for file := range files {
		if err := addFile(ctx, w, file, buffer); err != nil {
			return "", errors.In(err, "file %q", file.Path)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		return "", err
	}
	a.layer = ocispec.Descriptor{MediaType: LayerMediaType, Digest: packed.digest(), Size: a.content.size}
	return plain.digest(), nil
}

// addFile writes one file with a header that says nothing of where it comes from.
func addFile(ctx context.Context, w *tar.Writer, file bundle.File, buffer []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: file.Path, Size: file.Len(), Mode: 0o644, ModTime: created})
	if err != nil {
		return err
	}
	if file.Open == nil {
		_, err := w.Write(file.Data)
		return err
	}
	content, err := file.Reader()
	if err != nil {
		return err
	}
	defer content.Close()
	// Nothing but Read, or io.CopyBuffer would go its own way and forget ctx.
	_, err = io.CopyBuffer(struct{ io.Writer }{w}, cancelable{ctx, content}, buffer)
	return err
}

// cancelable ends reading with its context.
type cancelable struct {
	ctx context.Context
	io.Reader
}

func (c cancelable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.Reader.Read(p)
}

// sink passes bytes on and hashes them.
type sink struct {
	to   io.Writer
	hash hash.Hash
}

func newSink(to io.Writer) *sink { return &sink{to, digest.Canonical.Hash()} }

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.hash.Write(p[:n])
	return n, err
}

func (s *sink) digest() digest.Digest { return digest.NewDigest(digest.Canonical, s.hash) }
