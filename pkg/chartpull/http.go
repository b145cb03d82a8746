package chartpull

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aicr-flux/aicr/internal/wire"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// fromRepository finds the chart in its repository's index and fetches it.
func (p *NativeChartPuller) fromRepository(ctx context.Context, n *network, r *request) ([]byte, error) {
	index, err := p.index(ctx, n, r)
	if err != nil {
		// Several charts may wait for one index, which knows none of them.
		return nil, errors.In(err, "%s", r)
	}
	listed, err := index.find(r)
	if err != nil {
		return nil, err
	}
	base := r.repo.String() + "/"
	at, err := resolve(base, listed.URLs)
	if err != nil {
		return nil, errors.In(err, "chart repository %q: %s", r.repo, r)
	}
	digest := strings.ToLower(strings.TrimPrefix(listed.Digest, "sha256:"))
	if digest != "" && !isDigest(digest) {
		return nil, errors.New(errors.ErrCodeUnauthorized, "chart repository %q: its index has the digest %.100q for %s, which is none, so that nothing can be held against it", r.repo, listed.Digest, r)
	}
	switch {
	case at.Scheme == "oci":
		tgz, err := p.fromListedRegistry(ctx, n, r, at)
		if err == nil && digest != "" && digestOf(tgz) != digest {
			err = mismatch(digestOf(tgz), digest)
		}
		return tgz, err
	case at.Scheme == "http" && r.repo.Scheme == "https" && digest == "":
		return nil, errors.New(errors.ErrCodeUnauthorized, "chart repository %q: its index sends to plain HTTP for %s and states no digest, so that anybody could have changed the chart", r.repo, r)
	}
	var tgz []byte
	noun := fmt.Sprintf("chart repository %q: %s on host %q", r.repo, r, at.Host)
	err = p.try(ctx, r, noun, n.logins.hint(r.repo, at), func(ctx context.Context) (err error) {
		tgz, err = p.get(ctx, n, r, at, MaxPacked)
		if err == nil && digest != "" && digestOf(tgz) != digest {
			return mismatch(digestOf(tgz), digest)
		}
		return err
	})
	return tgz, err
}

// resolve returns where a chart is: the first URL of its entry, as helm takes it,
// relative to the repository or absolute.
func resolve(base string, urls []string) (*url.URL, error) {
	if len(urls) == 0 {
		return nil, errors.New(errors.ErrCodeNotFound, "the index lists it without a URL")
	}
	root, err := url.Parse(base)
	if err != nil {
		return nil, errors.Invalid("the repository's URL cannot be parsed")
	}
	at, err := root.Parse(urls[0])
	if err != nil {
		return nil, errors.New(errors.ErrCodeUnavailable, "the URL in the index cannot be parsed")
	}
	at.Fragment, at.Scheme = "", strings.ToLower(at.Scheme)
	switch {
	case at.Scheme != "https" && at.Scheme != "http" && at.Scheme != "oci" || at.Host == "":
		return nil, errors.New(errors.ErrCodeUnavailable, "the index has a URL of the scheme %.20q; https, http and oci are known", at.Scheme)
	case at.User != nil:
		return nil, errors.New(errors.ErrCodeUnavailable, "the URL in the index holds credentials, which are not sent")
	}
	return at, nil
}

// get fetches what is at a URL, of at most limit bytes. Credentials of the
// repository go only to its own scheme, host and port.
func (p *NativeChartPuller) get(ctx context.Context, n *network, r *request, at *url.URL, limit int64) ([]byte, error) {
	resp, err := p.send(ctx, n, r, at)
	if err != nil {
		return nil, err
	}
	refused := resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden
	if refused && wire.SameOrigin(resp.Request.URL, at) && n.logins.challenge(r.repo, at) {
		_ = resp.Body.Close()
		if resp, err = p.send(ctx, n, r, at); err != nil {
			return nil, err
		}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, &wire.StatusError{Status: resp.StatusCode}
	}
	// One byte more than there may be tells that there are too many.
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case int64(len(data)) > limit:
		return nil, errors.Invalid("it has more than %d MiB, the limit", limit>>20)
	case err != nil:
		return nil, err
	}
	return data, nil
}

func (p *NativeChartPuller) send(ctx context.Context, n *network, r *request, at *url.URL) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", p.agent())
	if strings.HasSuffix(at.Path, "/index.yaml") {
		// net/http asks for compression and undoes it.
		req.Header.Set("Accept", "application/yaml, application/x-yaml, text/yaml, */*")
	} else {
		// A server may call the chart's own gzip an encoding, to be undone.
		req.Header.Set("Accept", "application/gzip,application/octet-stream,*/*")
		req.Header.Set("Accept-Encoding", "identity")
	}
	if login, ok := n.logins.of(r.repo, at); ok {
		req.SetBasicAuth(login.user, login.password)
	}
	return n.client.Do(req)
}
