package oci

import (
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Media types of an artifact that Flux reconciles, as "flux push artifact" writes them.
const (
	ConfigMediaType = "application/vnd.cncf.flux.config.v1+json"
	LayerMediaType  = "application/vnd.cncf.flux.content.v1.tar+gzip"
)

// created is when every artifact was made, and every file in it: a constant, so that one content
// has one digest.
var created = time.Unix(0, 0).UTC()

// Meta says what an artifact holds. It goes into the annotations of the manifest
// (org.opencontainers.image.*); what is empty is left out, except Revision.
type Meta struct {
	// Source is the URL of what the bundle was made from.
	Source string
	// Revision is that source's revision, "<branch or tag>@sha1:<commit>". Empty:
	// "bundle@sha256:<hex>" of the content.
	Revision string
	// Version is the version of the program that made the bundle.
	Version string
	// Title is a name for people.
	Title string
}

// Artifact is a packed bundle: one layer, its config, its manifest. The same files and Meta give
// the same artifact everywhere. It is safe for concurrent use, and holds a temporary file until it
// is closed.
type Artifact struct {
	layer    ocispec.Descriptor
	config   blob
	manifest blob
	content  *spool
}

// blob is a small piece of the artifact, in memory.
type blob struct {
	ocispec.Descriptor
	data []byte
}

// Digest returns the digest of the manifest, "sha256:<hex>". It is the artifact's identity.
func (a *Artifact) Digest() string { return string(a.manifest.Digest) }

// Size returns the size of the layer in bytes, which is what a push uploads but for a few hundred
// bytes.
func (a *Artifact) Size() int64 { return a.layer.Size }

// DefaultTag returns the tag for an artifact that is given none: "sha256-" and 12 hex digits of its
// digest.
func (a *Artifact) DefaultTag() string {
	return string(digest.SHA256) + "-" + a.manifest.Digest.Encoded()[:12]
}

// Close drops the temporary file. The artifact is of no use after it.
func (a *Artifact) Close() error { return a.content.Close() }
