package chartpull

import (
	"context"
	"encoding/json"
	stderrors "errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/aicr-flux/aicr/internal/wire"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// The media types of a chart in a registry, as helm pushes it.
const (
	configMediaType = "application/vnd.cncf.helm.config.v1+json"
	layerMediaType  = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
	// legacyMediaType is what helm before 3.7 called a layer.
	legacyMediaType = "application/tar+gzip"
)

const (
	// maxManifest is the size of a manifest that registries have to take.
	maxManifest = 4 << 20
	// maxTags bounds the tags that are looked through.
	maxTags = 100_000
)

// keyrings are the logins of docker and helm for registries.
type keyrings struct {
	files []string
	mu    sync.Mutex
	rings map[string]*wire.Keyring
}

func (k *keyrings) of(hostport string) (*wire.Keyring, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if ring, ok := k.rings[hostport]; ok {
		return ring, nil
	}
	ring, err := wire.OpenKeyring(hostport, k.files)
	if err != nil {
		return nil, err
	}
	if k.rings == nil {
		k.rings = map[string]*wire.Keyring{}
	}
	k.rings[hostport] = ring
	return ring, nil
}

func (k *keyrings) credential(ctx context.Context, hostport string) (auth.Credential, error) {
	ring, err := k.of(hostport)
	if err != nil {
		return auth.EmptyCredential, err
	}
	return ring.Credential(ctx, hostport)
}

// location is a chart in a registry.
type location struct {
	*remote.Repository
	p     *NativeChartPuller
	r     *request
	login func() string
}

// locate names a chart in a registry. Names that a registry would refuse are
// invalid requests.
func (p *NativeChartPuller) locate(n *network, r *request, host, name string) (*location, error) {
	ref := registry.Reference{Registry: host, Repository: name}
	switch {
	case ref.ValidateRegistry() != nil:
		return nil, errors.Invalid("the registry's host %.100q is none; write oci://HOST/PATH", host)
	case ref.ValidateRepository() != nil:
		return nil, errors.Invalid("registry %q: %.200q is no name of a repository; write lower-case letters, digits, and between them . _ or -, with / between parts", host, name)
	}
	return &location{
		Repository: &remote.Repository{Reference: ref, PlainHTTP: p.PlainHTTP, Client: n.registry},
		p:          p, r: r,
		login: func() string {
			ring, err := n.keys.of(ref.Host())
			if err != nil {
				return err.Error()
			}
			return fmt.Sprintf("registry %q: %s", host, ring)
		},
	}, nil
}

func (l *location) String() string {
	return "oci://" + l.Reference.Registry + "/" + l.Reference.Repository
}

func (l *location) try(ctx context.Context, noun string, step func(context.Context) error) error {
	return l.p.try(ctx, l.r, l.String()+": "+noun, l.login, step)
}

// fromRegistry fetches the chart at oci://HOST/PATH/CHART:VERSION.
func (p *NativeChartPuller) fromRegistry(ctx context.Context, n *network, r *request) ([]byte, error) {
	l, err := p.locate(n, r, r.repo.Host, strings.TrimPrefix(path.Join(r.repo.Path, r.ChartName), "/"))
	if err != nil {
		return nil, err
	}
	if r.pin != nil {
		return l.fetch(ctx, tagOf(r.version))
	}
	versions, err := l.versions(ctx)
	if err != nil {
		return nil, err
	}
	i := choose(r, versions)
	if i < 0 {
		return nil, errors.New(errors.ErrCodeNotFound, "%s has no version that fits %q; %s", l, r.Version, nearestVersions(r, versions))
	}
	return l.fetch(ctx, tagOf(versions[i]))
}

// fromListedRegistry fetches a chart whose index sends to a registry.
func (p *NativeChartPuller) fromListedRegistry(ctx context.Context, n *network, r *request, at *url.URL) ([]byte, error) {
	name, tag, _ := strings.Cut(strings.TrimPrefix(at.Path, "/"), ":")
	l, err := p.locate(n, r, at.Host, name)
	if err != nil {
		return nil, err
	}
	if (registry.Reference{Reference: tag}).ValidateReferenceAsTag() != nil {
		return nil, errors.New(errors.ErrCodeUnavailable, "chart repository %q: its index sends to a registry without a tag for %s", r.repo, r)
	}
	return l.fetch(ctx, tag)
}

// A tag cannot hold the + of a version; helm writes _ for it.
func tagOf(version string) string { return strings.ReplaceAll(version, "+", "_") }

func (l *location) fetch(ctx context.Context, tag string) ([]byte, error) {
	layer, err := l.layer(ctx, tag)
	if err != nil {
		if errors.CodeOf(err) == errors.ErrCodeNotFound {
			err = l.missing(ctx, tag, err)
		}
		return nil, err
	}
	var tgz []byte
	err = l.try(ctx, "layer "+string(layer.Digest), func(ctx context.Context) error {
		content, err := l.Blobs().Fetch(ctx, layer)
		if err != nil {
			return err
		}
		defer content.Close()
		tgz, err = io.ReadAll(io.LimitReader(content, layer.Size+1))
		switch {
		case err != nil:
			return err
		case int64(len(tgz)) < layer.Size:
			return io.ErrUnexpectedEOF
		case layer.Digest.Algorithm().FromBytes(tgz) != layer.Digest:
			return mismatch(digestOf(tgz), string(layer.Digest))
		}
		return nil
	})
	return tgz, err
}

// layer returns the layer that is the chart.
func (l *location) layer(ctx context.Context, tag string) (layer ocispec.Descriptor, err error) {
	var data []byte
	err = l.try(ctx, "tag "+tag, func(ctx context.Context) error {
		at, content, err := l.Manifests().FetchReference(ctx, tag)
		if err != nil {
			return err
		}
		defer content.Close()
		data, err = io.ReadAll(io.LimitReader(content, maxManifest+1))
		switch {
		case err != nil:
			return err
		case len(data) > maxManifest:
			return errors.Invalid("the manifest has more than %d MiB, so it is none of a chart", maxManifest>>20)
		case at.Digest.Validate() == nil && at.Digest.Algorithm().FromBytes(data) != at.Digest:
			return mismatch(digestOf(data), string(at.Digest))
		}
		return nil
	})
	if err != nil {
		return layer, err
	}
	var m ocispec.Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return layer, errors.Invalid("%s:%s: the manifest is not JSON: %s", l, tag, wire.Clean(err.Error()))
	}
	if m.Config.MediaType != configMediaType {
		return layer, errors.Invalid("%s:%s: its config is a %.100q, so it is no chart; a chart's is %s", l, tag, m.Config.MediaType, configMediaType)
	}
	found := 0
	for _, candidate := range m.Layers {
		if candidate.MediaType == layerMediaType || candidate.MediaType == legacyMediaType {
			layer = candidate
			found++
		}
	}
	switch {
	case found != 1:
		return layer, errors.Invalid("%s:%s: it has %d layers of the type %s, and a chart has one", l, tag, found, layerMediaType)
	case layer.Digest.Validate() != nil:
		return layer, errors.Invalid("%s:%s: its layer has a digest that is none", l, tag)
	case layer.Size < 0 || layer.Size > MaxPacked:
		return layer, errors.In(tooLarge(), "%s:%s", l, tag)
	}
	return layer, nil
}

// versions returns the tags, as versions.
func (l *location) versions(ctx context.Context) (versions []string, err error) {
	err = l.try(ctx, "tags", func(ctx context.Context) (err error) {
		versions, err = l.list(ctx)
		return err
	})
	return versions, err
}

func (l *location) list(ctx context.Context) (versions []string, err error) {
	err = l.Tags(ctx, "", func(tags []string) error {
		for _, tag := range tags {
			versions = append(versions, strings.ReplaceAll(tag, "_", "+"))
		}
		if len(versions) > maxTags {
			return errors.New(errors.ErrCodeUnavailable, "there are more than %d tags; write a complete version such as 1.2.3", maxTags)
		}
		return nil
	})
	return versions, err
}

// missing says what there is instead of a tag, where the registry tells.
func (l *location) missing(ctx context.Context, tag string, err error) error {
	var versions []string
	// It is asked once: the chart is not there, whatever the answer is.
	patience := wire.Patience{Stall: l.p.StallTimeout, Retries: -1}
	asked := patience.Try(ctx, func(ctx context.Context) (err error) {
		versions, err = l.list(ctx)
		return err
	}, func(err error) (bool, error) { return false, err })
	answer, answered := stderrors.AsType[*errcode.ErrorResponse](asked)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case asked == nil:
		return errors.New(errors.ErrCodeNotFound, "%s has no tag %q; %s", l, tag, nearestVersions(l.r, versions))
	case stderrors.Is(asked, errdef.ErrNotFound), answered && answer.StatusCode == http.StatusNotFound:
		return errors.New(errors.ErrCodeNotFound, "%s is not there; check the repository and the chart's name", l)
	}
	return err
}
