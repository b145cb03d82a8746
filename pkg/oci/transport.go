package oci

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// meter is the way of every request: it tells the attempt that the request
// belongs to what moves, and when the registry asks for a pause.
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
