package wire

import (
	"crypto/tls"
	"crypto/x509"
	stderrors "errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// maxRedirects is how often a server may send a request on.
const maxRedirects = 10

// TLS says which certificates are trusted. The zero value trusts the system's.
type TLS struct {
	// CAFile is a file of PEM certificates that are trusted besides the system's.
	CAFile string
	// CAFlag is the option that CAFile is, for messages.
	CAFlag string
	// Insecure takes any certificate.
	Insecure bool
}

// Transport returns a transport of its own, with the proxies of the environment.
func (t TLS) Transport() (*http.Transport, error) {
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment}
	// A program may have put something else there.
	if standard, ok := http.DefaultTransport.(*http.Transport); ok {
		transport = standard.Clone()
	}
	transport.MaxIdleConnsPerHost = 16
	transport.ForceAttemptHTTP2 = true
	transport.TLSClientConfig = &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: t.Insecure, //nolint:gosec // the user asks for it in so many words
	}
	if t.CAFile == "" {
		return transport, nil
	}
	data, err := os.ReadFile(t.CAFile)
	if err != nil {
		if failed, ok := stderrors.AsType[*fs.PathError](err); ok {
			err = failed.Err
		}
		return nil, errors.Invalid("CA file %q (%s) cannot be read: %s; check the path and its permissions", t.CAFile, t.CAFlag, err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, errors.Invalid("CA file %q (%s) holds no certificate in PEM form; name a file with one", t.CAFile, t.CAFlag)
	}
	transport.TLSClientConfig.RootCAs = pool
	return transport, nil
}

// Client returns a client whose requests tell the attempt that they belong to
// what moves. A redirect to another host, or to another port of it, carries no
// credentials, and one from HTTPS to plain HTTP is refused.
func Client(transport http.RoundTripper) *http.Client {
	return &http.Client{Transport: Metered(transport), CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) >= maxRedirects {
			return errors.New(errors.ErrCodeUnavailable, "it redirects more than %d times", maxRedirects)
		}
		// net/http keeps credentials for every port and sub-domain of a host.
		away := !SameOrigin(req.URL, via[0].URL)
		for _, before := range via {
			away = away || !SameOrigin(before.URL, via[0].URL)
			if before.URL.Scheme == "https" && req.URL.Scheme != "https" {
				return errors.New(errors.ErrCodeUnavailable, "it redirects from HTTPS to %.10q, where anybody could change what is sent", req.URL.Scheme)
			}
		}
		if away {
			for _, header := range []string{"Authorization", "Cookie", "Proxy-Authorization", "Referer"} {
				req.Header.Del(header)
			}
		}
		return nil
	}}
}

// SameOrigin reports whether two URLs have the same scheme, host and port.
func SameOrigin(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"https": "443", "http": "80"}[strings.ToLower(u.Scheme)]
}

// Metered tells the attempt that a request belongs to what moves, and when the
// server asks for a pause.
func Metered(transport http.RoundTripper) http.RoundTripper { return &meter{transport} }

type meter struct{ http.RoundTripper }

// RoundTrip sends a request.
func (m *meter) RoundTrip(req *http.Request) (*http.Response, error) {
	a := attemptOf(req.Context())
	if a == nil {
		return m.RoundTripper.RoundTrip(req)
	}
	if req.Body != nil && req.Body != http.NoBody {
		metered := *req
		metered.Body = body{req.Body, a}
		req = &metered
	}
	resp, err := m.RoundTripper.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	a.touch()
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable {
		a.ask(retryAfter(resp.Header.Get("Retry-After"), time.Now()))
	}
	resp.Body = body{resp.Body, a}
	return resp, nil
}

// body tells an attempt of what is read.
type body struct {
	io.ReadCloser
	attempt *attempt
}

func (b body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.attempt.touch()
	}
	return n, err
}

// retryAfter reads a Retry-After header, seconds or a date (RFC 9110, 10.2.3).
// What it cannot read, and the past, is 0.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
