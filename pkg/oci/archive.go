package oci

import (
	"context"
	"io"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// PullArchive returns the one layer of an artifact that is no bundle, such as "flux push artifact"
// and "oras push" make it: an archive, of at most limit bytes. Whether it is one, the caller sees;
// here only its digest is checked.
func PullArchive(ctx context.Context, ref Reference, limit int64, o Connection) ([]byte, error) {
	c, err := o.dial(ref)
	if err != nil {
		return nil, err
	}
	defer c.http.CloseIdleConnections()
	p := &puller{client: c}
	manifest, _, err := p.fetch(ctx)
	switch {
	case err != nil:
		return nil, err
	case len(manifest.Layers) != 1:
		err = errors.Invalid("it has %d layers, and an archive has one; name an artifact that flux push artifact or oras push made of an archive", len(manifest.Layers))
	case manifest.Layers[0].Digest.Validate() != nil:
		err = errors.Invalid("its layer has an invalid digest")
	case manifest.Layers[0].Size < 0 || manifest.Layers[0].Size > limit:
		err = errors.Invalid("its layer has %d bytes, and the limit is %d", manifest.Layers[0].Size, limit)
	}
	if err != nil {
		return nil, errors.In(err, "artifact %s", ref)
	}
	packed, err := newSpool("")
	if err != nil {
		return nil, err
	}
	defer packed.Close()
	if err := p.layer(ctx, manifest.Layers[0], packed); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(packed.open())
	return data, errors.In(err, "temporary file")
}
