package chartpull

import (
	"context"
	stderrors "errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"helm.sh/helm/v4/pkg/registry"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/errdef"
	ociref "oras.land/oras-go/v2/registry"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// maxAnswers is how much a registry may send for one chart, its manifest and config included.
const maxAnswers = localformat.MaxPacked + 8<<20

// location is where a chart is in a registry: HOST/PATH/CHART.
type location struct {
	p   *Puller
	r   *request
	ref ociref.Reference
}

// fromRegistry fetches the chart at oci://HOST/PATH/CHART:VERSION.
func (p *Puller) fromRegistry(ctx context.Context, r *request) ([]byte, error) {
	l, err := p.locate(r, path.Join(r.repo.Host, r.repo.Path, r.ChartName))
	if err != nil {
		return nil, err
	}
	tag := r.version
	if !r.pinned {
		var tags []string
		err := l.try(ctx, "tags", func() (err error) {
			tags, err = l.tags(ctx)
			return err
		})
		if err != nil {
			return nil, err
		}
		if tag, err = registry.GetTagMatchingVersionOrConstraint(tags, r.version); err != nil {
			return nil, errors.New(errors.ErrCodeNotFound, "%s has no version that fits %q; %s", l, r.Version, nearestVersions(r, tags))
		}
	}
	return l.pull(ctx, tag)
}

// fromListedRegistry fetches a chart whose index sends to a registry.
func (p *Puller) fromListedRegistry(ctx context.Context, r *request, at *url.URL) ([]byte, error) {
	name, tag, ok := strings.Cut(path.Join(at.Path), ":")
	if !ok {
		return nil, errors.New(errors.ErrCodeUnavailable, "chart repository %q: its index sends to a registry without a tag for %s", r.repo, r)
	}
	l, err := p.locate(r, at.Host+name)
	if err != nil {
		return nil, err
	}
	return l.pull(ctx, tag)
}

// locate refuses names that a registry would refuse.
func (p *Puller) locate(r *request, name string) (*location, error) {
	ref, err := ociref.ParseReference(name)
	if err != nil || ref.Reference != "" {
		return nil, errors.Invalid("invalid name %.200q of a chart in a registry: use HOST/PATH with lower-case letters, digits, and between them . _ or -", name)
	}
	return &location{p, r, ref}, nil
}

func (l *location) String() string { return "oci://" + l.ref.String() }

func (l *location) try(ctx context.Context, noun string, step func() error) error {
	return l.p.try(ctx, l.r, l.String()+": "+noun, func() string { return l.p.net.keys.Advice(l.ref.Host()) }, step)
}

// client returns Helm's client for registries, for one step.
func (l *location) client(ctx context.Context) (*registry.Client, error) {
	transport := &step{ctx: ctx, RoundTripper: l.p.net.client.Transport}
	transport.left.Store(maxAnswers)
	authorizer := auth.Client{
		Client: &http.Client{Transport: transport, CheckRedirect: l.p.net.client.CheckRedirect},
		Header: http.Header{"User-Agent": {l.p.agent()}}, Cache: l.p.net.tokens, ClientID: "aicr",
		Credential: func(_ context.Context, host string) (auth.Credential, error) {
			return l.p.net.keys.Credential(ctx, host)
		},
	}
	// The credentials come from the authorizer, so that a file which cannot be read is an error.
	options := []registry.ClientOption{registry.ClientOptAuthorizer(authorizer), registry.ClientOptCredentialsFile(os.DevNull)}
	if l.p.ChartPlainHTTP {
		options = append(options, registry.ClientOptPlainHTTP())
	}
	return registry.NewClient(options...)
}

// step is the transport of one step of Helm's client, which knows no context and does not limit
// what it reads into memory.
type step struct {
	http.RoundTripper
	ctx  context.Context
	left atomic.Int64
}

// RoundTrip sends a request.
func (s *step) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := s.RoundTripper.RoundTrip(req.WithContext(s.ctx))
	if err == nil {
		resp.Body = &limited{resp.Body, &s.left}
	}
	return resp, err
}

// limited ends in an error what is longer than it may be.
type limited struct {
	io.ReadCloser
	left *atomic.Int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	if l.left.Add(-int64(n)) < 0 {
		return 0, tooLarge(maxAnswers)
	}
	return n, err
}

// pull fetches the chart with this tag.
func (l *location) pull(ctx context.Context, tag string) (tgz []byte, err error) {
	err = l.try(ctx, "tag "+tag, func() error {
		client, err := l.client(ctx)
		if err != nil {
			return err
		}
		pulled, err := client.Generic().PullGeneric(l.ref.String()+":"+tag, registry.GenericPullOptions{AllowedMediaTypes: []string{
			ocispec.MediaTypeImageManifest, registry.ConfigMediaType, registry.ChartLayerMediaType, registry.LegacyChartLayerMediaType,
		}})
		switch {
		case stderrors.Is(err, content.ErrMismatchedDigest):
			return mismatch("the one in the manifest")
		case err != nil:
			return err
		}
		var configs, charts []ocispec.Descriptor
		for _, d := range pulled.Descriptors {
			switch d.MediaType {
			case registry.ConfigMediaType:
				configs = append(configs, d)
			case registry.ChartLayerMediaType, registry.LegacyChartLayerMediaType:
				charts = append(charts, d)
			}
		}
		if len(configs) != 1 || len(charts) != 1 {
			return errors.Invalid("it is not a Helm chart: a chart has one config of the type %s and one layer of the type %s", registry.ConfigMediaType, registry.ChartLayerMediaType)
		}
		tgz, err = client.Generic().GetDescriptorData(pulled.MemoryStore, charts[0])
		return err
	})
	if errors.CodeOf(err) == errors.ErrCodeNotFound {
		err = l.missing(ctx, tag, err)
	}
	return tgz, err
}

// tags returns the tags that are versions, the newest first.
func (l *location) tags(ctx context.Context) ([]string, error) {
	client, err := l.client(ctx)
	if err != nil {
		return nil, err
	}
	return client.Tags(l.ref.String())
}

// missing says what there is instead of a tag, where the registry tells. It asks once: the chart is
// not there, whatever the answer is.
func (l *location) missing(ctx context.Context, tag string, err error) error {
	tags, asked := l.tags(ctx)
	answer, answered := stderrors.AsType[*errcode.ErrorResponse](asked)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case asked == nil && len(tags) == 0:
		return errors.New(errors.ErrCodeNotFound, "%s has no tag %q, and no tag that is a version; a v in front belongs to the tag", l, tag)
	case asked == nil && !slices.Contains(tags, tag):
		return errors.New(errors.ErrCodeNotFound, "%s has no tag %q; %s", l, tag, nearestVersions(l.r, tags))
	case stderrors.Is(asked, errdef.ErrNotFound), answered && answer.StatusCode == http.StatusNotFound:
		return errors.New(errors.ErrCodeNotFound, "%s does not exist; check the repository and the chart's name", l)
	}
	return err
}
