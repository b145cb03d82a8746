package oci

import (
	"cmp"
	"encoding/json"
	"maps"
	"time"

	"github.com/opencontainers/go-digest"
	specs "github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// describe completes an artifact whose layer is packed: diffID is the digest of the layer unpacked.
func (a *Artifact) describe(diffID digest.Digest, meta Meta) error {
	// An image's config, because go-containerregistry, with which source-controller reads, finds
	// the layers by their diff IDs.
	config := ocispec.Image{
		Created: &created,
		RootFS:  ocispec.RootFS{Type: "layers", DiffIDs: []digest.Digest{diffID}},
	}
	var err error
	if a.config, err = newBlob(ConfigMediaType, config); err != nil {
		return err
	}
	a.manifest, err = newBlob(ocispec.MediaTypeImageManifest, ocispec.Manifest{
		Versioned:   specs.Versioned{SchemaVersion: 2},
		MediaType:   ocispec.MediaTypeImageManifest,
		Config:      a.config.Descriptor,
		Layers:      []ocispec.Descriptor{a.layer},
		Annotations: meta.annotations(diffID),
	})
	return err
}

func newBlob(mediaType string, content any) (blob, error) {
	data, err := json.Marshal(content)
	if err != nil {
		return blob{}, err
	}
	return blob{
		Descriptor: ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(data), Size: int64(len(data))},
		data:       data,
	}, nil
}

func (m Meta) annotations(diffID digest.Digest) map[string]string {
	all := map[string]string{
		ocispec.AnnotationCreated:  created.Format(time.RFC3339),
		ocispec.AnnotationSource:   m.Source,
		ocispec.AnnotationRevision: cmp.Or(m.Revision, "bundle@"+diffID.String()),
		ocispec.AnnotationVersion:  m.Version,
		ocispec.AnnotationTitle:    m.Title,
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

// metaOf is the inverse of annotations.
func metaOf(annotations map[string]string) Meta {
	return Meta{
		Source:   annotations[ocispec.AnnotationSource],
		Revision: annotations[ocispec.AnnotationRevision],
		Version:  annotations[ocispec.AnnotationVersion],
		Title:    annotations[ocispec.AnnotationTitle],
	}
}
