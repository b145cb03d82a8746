package oci

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"os"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/registry/remote"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/internal/tempdir"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// PullOptions are the options of Pull.
type PullOptions struct {
	Connection
	Limits Limits
	// Owner is the path that the artifact's checksums.txt must list, see bundle.Read. Empty:
	// "kustomization.yaml".
	Owner string
	// TempDir is where the artifact is unpacked; empty: the system's place.
	TempDir string
	// Unverified takes the files as they are, to find out what is wrong with them: checksums.txt is
	// not read, Files is nil, and FS has the files.
	Unverified bool
}

// Pulled is an artifact that was pulled and found to be a whole bundle.
type Pulled struct {
	// Reference is what was pulled, with the digest that it had.
	Reference Reference
	// Digest is the manifest's, "sha256:…".
	Digest string
	// Meta are the annotations.
	Meta Meta
	// Files are the bundle's, to be read until Close; nil with Unverified.
	Files *bundle.Files

	root *os.Root
	temp *tempdir.Dir
}

// FS is where the files were unpacked, until Close.
func (p *Pulled) FS() fs.FS { return p.root.FS() }

// Close drops the files.
func (p *Pulled) Close() error {
	return errors.In(errors.Join(p.root.Close(), p.temp.Remove()), "temporary directory")
}

// Pull brings a bundle back from a registry. Nothing of it is believed: media types, digests and
// sizes are checked, an archive that holds anything else than regular files with plain relative
// paths is refused, and so is one that is not exactly what its checksums.txt lists. It is all or
// nothing: no half a bundle is ever returned or left behind.
//
// What is refused is ErrCodeInvalidRequest; files that do not fit their checksums are
// ErrCodeConflict; the other errors are those of Push.
func Pull(ctx context.Context, ref Reference, o PullOptions) (*Pulled, error) {
	if ref.Tag == "" && ref.Digest == "" {
		return nil, errors.Invalid("reference %q: there is no tag and no digest; name one", ref)
	}
	c, err := o.dial(ref)
	if err != nil {
		return nil, err
	}
	defer c.http.CloseIdleConnections()
	p := &puller{client: c, limits: o.Limits.withDefaults()}
	manifest, err := p.manifest(ctx)
	if err != nil {
		return nil, err
	}
	packed, err := newSpool(o.TempDir)
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	if err := p.layer(ctx, manifest.Layers[0], packed); err != nil {
		return nil, err
	}
	pulled, err := p.unpack(ctx, packed, o)
	if err != nil {
		return nil, errors.In(err, "artifact %s@%s", ref.URL(), p.digest)
	}
	pulled.Reference, pulled.Digest, pulled.Meta = ref, string(p.digest), metaOf(manifest.Annotations)
	pulled.Reference.Digest = pulled.Digest
	return pulled, nil
}

// puller pulls one artifact.
type puller struct {
	*client
	limits Limits
	digest digest.Digest // of the manifest
}

// manifest fetches the manifest and holds it against what Flux reconciles.
func (p *puller) manifest(ctx context.Context) (*ocispec.Manifest, error) {
	name := cmp.Or(p.ref.Digest, p.ref.Tag)
	var data []byte
	var mediaType string
	err := p.step(ctx, "pulling manifest", 0, "manifest "+name, func(ctx context.Context) (err error) {
		if data, mediaType, err = fetchManifest(ctx, p.repo, name); err != nil {
			return err
		}
		p.digest = digest.FromBytes(data)
		if p.ref.Digest != "" {
			p.digest = digest.Digest(p.ref.Digest).Algorithm().FromBytes(data)
			return same(p.digest, digest.Digest(p.ref.Digest))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var m ocispec.Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		err = errors.Invalid("the manifest is not JSON: %s", registryhttp.Clean(err.Error()))
		return nil, errors.In(err, "artifact %s", p.ref)
	}
	return &m, errors.In(p.check(&m, mediaType), "artifact %s", p.ref)
}

func (p *puller) check(m *ocispec.Manifest, mediaType string) error {
	const advice = "; name an artifact that aicr pushed"
	kind := cmp.Or(m.MediaType, mediaType)
	switch {
	case mediaType != ocispec.MediaTypeImageManifest, kind != mediaType:
		return errors.Invalid("it is a %.100q, and a bundle is an OCI image manifest"+advice, kind)
	case m.Config.MediaType != ConfigMediaType:
		return errors.Invalid("its config is a %.100q, and a bundle's is %q"+advice, m.Config.MediaType, ConfigMediaType)
	case len(m.Layers) != 1:
		return errors.Invalid("it has %d layers, and a bundle has one"+advice, len(m.Layers))
	case m.Layers[0].MediaType != LayerMediaType:
		return errors.Invalid("its layer is a %.100q, and a bundle's is %q"+advice, m.Layers[0].MediaType, LayerMediaType)
	case m.Layers[0].Digest.Validate() != nil:
		return errors.Invalid("its layer has an invalid digest")
	case m.Layers[0].Size < 0 || m.Layers[0].Size > p.limits.Packed:
		return errors.Invalid("its layer has %d bytes, and the limit is %d", m.Layers[0].Size, p.limits.Packed)
	}
	return nil
}

// layer fetches the layer into packed, and verifies it before anybody looks into it.
func (p *puller) layer(ctx context.Context, layer ocispec.Descriptor, packed *spool) error {
	return p.step(ctx, "pulling layer", layer.Size, "layer "+string(layer.Digest), func(ctx context.Context) error {
		if err := packed.reset(); err != nil {
			return err
		}
		content, err := p.repo.Blobs().Fetch(ctx, layer)
		if err != nil {
			return err
		}
		defer content.Close()
		hash := layer.Digest.Algorithm().Hash()
		// One byte more than there may be tells that there are too many.
		n, err := io.Copy(io.MultiWriter(packed, hash), io.LimitReader(p.report.watch(content), layer.Size+1))
		switch {
		case err != nil:
			return err
		case n < layer.Size:
			return io.ErrUnexpectedEOF
		}
		return same(digest.NewDigest(layer.Digest.Algorithm(), hash), layer.Digest)
	})
}

// same holds a digest of what came against what was asked for.
func same(got, want digest.Digest) error {
	if got == want {
		return nil
	}
	return registryhttp.MayPass(errors.New(errors.ErrCodeUnavailable, "the registry sent other content, %s instead of %s; do not use it", got, want))
}

// fetchManifest returns a manifest and the media type that the registry gives it.
func fetchManifest(ctx context.Context, repo *remote.Repository, name string) (data []byte, mediaType string, err error) {
	at, content, err := repo.Manifests().FetchReference(ctx, name)
	if err != nil {
		return nil, "", err
	}
	defer content.Close()
	data, err = io.ReadAll(io.LimitReader(content, maxManifest+1))
	switch {
	case err != nil:
		return nil, "", err
	case len(data) > maxManifest:
		return nil, "", errors.Invalid("the manifest has more than %d MiB, so it is not that of a bundle", maxManifest>>20)
	case at.Digest.Validate() != nil || at.Digest.Algorithm().FromBytes(data) != at.Digest:
		return nil, "", same(digest.FromBytes(data), at.Digest)
	}
	return data, at.MediaType, nil
}
