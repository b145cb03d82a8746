package registryhttp

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-logr/logr"

	"github.com/aicr-flux/aicr/internal/inputfile"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// maxRedirects is how often a server may send a request on.
const maxRedirects = 10

// Options say how to reach servers. The zero value trusts the system's certificates.
type Options struct {
	// CAFile is a file of PEM certificates that are trusted besides the system's.
	CAFile string
	// CAField is the option that CAFile comes from, for messages.
	CAField string
	// Insecure accepts any certificate.
	Insecure bool
	// Stall ends a request when nothing moves on its connection for this long. 0: DefaultStall.
	Stall time.Duration
}

// Client returns a client that uses the proxies of the environment. A redirect to another host, or
// to another port of the same host, carries no credentials, and one from HTTPS to plain HTTP is
// refused. No redirect has a Referer.
func (o Options) Client() (*http.Client, error) {
	roots, err := o.roots()
	if err != nil {
		return nil, err
	}
	return &http.Client{CheckRedirect: checkRedirect, Transport: &transport{&http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dial(cmp.Or(o.Stall, DefaultStall)),
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 16,
		TLSHandshakeTimeout: connectTimeout,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS12,
			RootCAs:            roots,
			InsecureSkipVerify: o.Insecure, //nolint:gosec // the user asks for it in so many words
		},
	}}}, nil
}

// roots returns the certificates that are trusted; nil means the system's.
func (o Options) roots() (*x509.CertPool, error) {
	if o.CAFile == "" {
		return nil, nil
	}
	noun := "CA file " + strconv.Quote(o.CAFile) + " (`" + o.CAField + "`)"
	data, err := inputfile.Read(context.Background(), noun, o.CAFile, config.MaxDataFile) // a regular file does not keep waiting
	if err != nil {
		return nil, errors.Wrap(errors.ErrCodeInvalidRequest, err, "")
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, errors.Invalid("%s holds no certificate in PEM form; use a file that does", noun)
	}
	return pool, nil
}

func checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return errors.New(errors.ErrCodeUnavailable, "it redirects more than %d times", maxRedirects)
	}
	if via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return errors.New(errors.ErrCodeUnavailable, "it redirects from HTTPS to %.10q, where anybody could change what is sent", req.URL.Scheme)
	}
	req.Header.Del("Referer") // the URL before may hold a token
	away := func(hop *http.Request) bool { return !SameOrigin(hop.URL, via[0].URL) }
	if away(req) || slices.ContainsFunc(via, away) {
		// net/http keeps credentials for every port and subdomain of a host.
		for _, header := range []string{"Authorization", "Cookie", "Proxy-Authorization"} {
			req.Header.Del(header)
		}
	}
	return nil
}

// SameOrigin reports whether two URLs have the same scheme, host and port.
func SameOrigin(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	return cmp.Or(u.Port(), map[string]string{"https": "443", "http": "80"}[strings.ToLower(u.Scheme)])
}

// transport makes an error of an answer that asks for a pause, because the libraries above it keep
// the status of such an answer and not its header.
type transport struct{ *http.Transport }

// RoundTrip sends a request.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	begun := time.Now()
	resp, err := t.Transport.RoundTrip(req)
	told(req, resp, err, time.Since(begun))
	if err != nil || resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusServiceUnavailable {
		return resp, err
	}
	pause := retryAfter(resp.Header.Get("Retry-After"), time.Now())
	if pause == 0 {
		return resp, nil
	}
	_ = resp.Body.Close()
	return nil, &StatusError{Status: resp.StatusCode, RetryAfter: pause}
}

// told logs a request. A query, a header or a user in the URL may be a secret, and an error repeats the
// URL.
func told(req *http.Request, resp *http.Response, err error, took time.Duration) {
	answer := "no answer"
	if err == nil {
		answer = resp.Status
	}
	where := url.URL{Scheme: req.URL.Scheme, Host: req.URL.Host, Path: req.URL.Path}
	logr.FromContextOrDiscard(req.Context()).Info("asked", "method", req.Method, "url", where.String(), "answer", answer, "took", took)
}

// retryAfter reads a Retry-After header, seconds or a date (RFC 9110, 10.2.3). A value that it
// cannot read, and one in the past, is 0.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
