package chartpull

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"helm.sh/helm/v4/pkg/repo/v1"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// fromRepository finds the chart in its repository's index and fetches it.
func (p *Puller) fromRepository(ctx context.Context, r *request) ([]byte, error) {
	listed, err := p.find(ctx, r)
	if err != nil {
		return nil, err
	}
	at, err := resolve(r, listed)
	if err != nil {
		return nil, errors.In(err, "chart repository %q: %s", r.repo, r)
	}
	at = p.Rewrites.URL(at, r.repo) // the index of a mirror may be a copy, with the addresses of what it is a mirror of
	want := strings.ToLower(strings.TrimPrefix(listed.Digest, "sha256:"))
	switch {
	case want != "" && !isDigest(want):
		return nil, errors.New(errors.ErrCodeUnauthorized, "chart repository %q: its index has the invalid digest %.100q for %s, so the chart cannot be verified", r.repo, listed.Digest, r)
	case at.Scheme == "http" && r.repo.Scheme == "https" && want == "":
		return nil, errors.New(errors.ErrCodeUnauthorized, "chart repository %q: its index sends to plain HTTP for %s and states no digest, so anybody could have changed the chart", r.repo, r)
	}
	verify := func(tgz []byte) error {
		if got := digestOf(tgz); want != "" && got != want {
			return mismatch("SHA-256 " + want + ", but " + got)
		}
		return nil
	}
	if at.Scheme == "oci" {
		tgz, err := p.fromListedRegistry(ctx, r, at)
		if err == nil {
			err = verify(tgz)
		}
		return tgz, err
	}
	var tgz []byte
	noun := fmt.Sprintf("chart repository %q: %s on host %q", r.repo, r, at.Host)
	err = p.try(ctx, r, noun, p.net.logins.hint(r.repo, at), func() (err error) {
		// A server may call the chart's own gzip an encoding, which net/http would undo.
		header := http.Header{"Accept": {"application/gzip,application/octet-stream,*/*"}, "Accept-Encoding": {"identity"}}
		if tgz, err = p.get(ctx, r, at, header, localformat.MaxPacked); err != nil {
			return err
		}
		return verify(tgz)
	})
	return tgz, err
}

// resolve returns where a chart is: the first URL of its entry, as helm takes it, relative to the
// repository or absolute.
func resolve(r *request, listed *repo.ChartVersion) (*url.URL, error) {
	if len(listed.URLs) == 0 {
		return nil, errors.New(errors.ErrCodeNotFound, "the index lists it without a URL")
	}
	text, err := repo.ResolveReferenceURL(r.repo.String(), listed.URLs[0])
	var at *url.URL
	if err == nil {
		at, err = url.Parse(text)
	}
	switch {
	case err != nil:
		return nil, errors.New(errors.ErrCodeUnavailable, "the URL in the index cannot be parsed")
	case at.Scheme != "https" && at.Scheme != "http" && at.Scheme != "oci" || at.Host == "":
		return nil, errors.New(errors.ErrCodeUnavailable, "the index has a URL of the scheme %.20q; https, http and oci are supported", at.Scheme)
	case at.User != nil:
		return nil, errors.New(errors.ErrCodeUnavailable, "the URL in the index holds credentials, which are not sent")
	}
	return at, nil
}

// get fetches what is at a URL, of at most limit bytes. Credentials of the repository go only to
// its own scheme, host and port.
func (p *Puller) get(ctx context.Context, r *request, at *url.URL, header http.Header, limit int64) ([]byte, error) {
	login, other := p.net.logins.of(r.repo, at)
	resp, err := p.send(ctx, at, header, login)
	if err != nil {
		return nil, err
	}
	refused := resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden
	if other.complete() && refused && registryhttp.SameOrigin(resp.Request.URL, at) {
		_ = resp.Body.Close()
		if resp, err = p.send(ctx, at, header, other); err != nil {
			return nil, err
		}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &registryhttp.StatusError{Status: resp.StatusCode}
	}
	// One byte more than there may be tells that there are too many.
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if int64(len(data)) > limit {
		return nil, tooLarge(limit)
	}
	return data, err
}

func tooLarge(limit int64) error {
	return errors.Invalid("it has more than %d MiB, the limit", limit>>20)
}

func (p *Puller) send(ctx context.Context, at *url.URL, header http.Header, as login) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header = header.Clone()
	req.Header.Set("User-Agent", p.agent())
	if as.complete() {
		req.SetBasicAuth(as.user, as.password)
	}
	return p.net.client.Do(req)
}

func (p *Puller) agent() string { return cmp.Or(p.UserAgent, "aicr") }
