package oci

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// A large push is never cut off by a clock, only by a connection over which nothing moves; what may
// pass is tried again.
func TestHazard39_WhatMayPassIsTriedAgain(t *testing.T) {
	// Large enough to be cut off in the middle; artifacts can be shared.
	a := pack(t, large(t, 4<<20))
	for name, c := range map[string]struct {
		fault func(t *testing.T, r *testRegistry, w http.ResponseWriter, req *http.Request)
		code  errors.ErrorCode
		says  string
	}{
		"429": {func(_ *testing.T, _ *testRegistry, w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "slow down", http.StatusTooManyRequests)
		}, errors.ErrCodeRateLimitExceeded, "429"},
		"503": {func(_ *testing.T, _ *testRegistry, w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "back soon", http.StatusServiceUnavailable)
		}, errors.ErrCodeUnavailable, "503"},
		"reset": {func(_ *testing.T, _ *testRegistry, w http.ResponseWriter, _ *http.Request) {
			reset(w)
		}, errors.ErrCodeUnavailable, "the connection failed"},
		"reset in the middle": {func(_ *testing.T, _ *testRegistry, w http.ResponseWriter, req *http.Request) {
			io.CopyN(io.Discard, req.Body, 1<<20)
			reset(w)
		}, errors.ErrCodeUnavailable, "the connection failed"},
		"hanging": {func(_ *testing.T, r *testRegistry, _ http.ResponseWriter, req *http.Request) {
			r.hang(req)
		}, errors.ErrCodeTimeout, "nothing moved for 1s"},
		"truncated": {func(t *testing.T, r *testRegistry, w http.ResponseWriter, req *http.Request) {
			r.alter(t, w, req, func(body []byte) []byte { return body[:len(body)/2] })
		}, errors.ErrCodeUnavailable, ""},
		"wrong digest": {func(t *testing.T, r *testRegistry, w http.ResponseWriter, req *http.Request) {
			r.alter(t, w, req, func(body []byte) []byte { body[0] ^= 1; return body })
		}, errors.ErrCodeUnavailable, "run again"},
	} {
		for _, method := range writes[:2] {
			if method == http.MethodPost && (name == "truncated" || name == "wrong digest") {
				continue
			}
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				r := newRegistry(t)
				o := PushOptions{Connection: plain()}
				times := int32(2)
				if name == "hanging" {
					o.StallTimeout, times = time.Second, 1
				}
				// For ever: a coded error, and no tag.
				o.Retries = 1
				r.setFault(func(w http.ResponseWriter, req *http.Request) bool {
					if req.Method != method {
						return false
					}
					c.fault(t, r, w, req)
					return true
				})
				_, err := Push(t.Context(), r.ref("v1"), a, o)
				wantError(t, err, c.code, "registry", r.host, c.says)
				if tags := r.tags(t); tags != "" {
					t.Errorf("there are tags: %s", tags)
				}
				// A few times for each request: it works all the same.
				o.Retries = int(times)
				var failed sync.Map
				r.setFault(func(w http.ResponseWriter, req *http.Request) bool {
					n, _ := failed.LoadOrStore(req.Method+strings.Split(req.URL.Path, "/uploads")[0], new(atomic.Int32))
					if req.Method != method || n.(*atomic.Int32).Add(1) > times {
						return false
					}
					c.fault(t, r, w, req)
					return true
				})
				done, err := Push(t.Context(), r.ref("v1"), a, o)
				if err != nil {
					t.Fatal(err)
				}
				if got := mustPull(t, r.ref("v1"), PullOptions{Connection: plain()}).Digest; got != done.Digest {
					t.Errorf("v1 is %s", got)
				}
			})
		}
	}
}

// alter passes a request on to the registry with another body.
func (r *testRegistry) alter(t *testing.T, w http.ResponseWriter, req *http.Request, change func([]byte) []byte) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		t.Error(err)
	}
	body = change(body)
	changed := req.Clone(req.Context())
	changed.Body, changed.ContentLength = io.NopCloser(strings.NewReader(string(body))), int64(len(body))
	r.real.ServeHTTP(w, changed)
}

func TestRetryAfterIsHonoured(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		r := newRegistry(t)
		var once sync.Once
		r.setFault(func(w http.ResponseWriter, _ *http.Request) (early bool) {
			once.Do(func() {
				early = true
				w.Header().Set("Retry-After", "1")
				w.WriteHeader(status)
			})
			return early
		})
		var told Progress
		o := PushOptions{Connection: plain()}
		o.Progress = func(p Progress) {
			if p.Retry != nil {
				told = p
			}
		}
		mustPush(t, r.ref("v1"), version(t, 1), o)
		if told.Pause != time.Second || told.Retry == nil || !strings.Contains(told.Retry.Error(), fmt.Sprint(status)) {
			t.Errorf("progress said %+v", told)
		}
	}
}

func TestAnswersHaveCodes(t *testing.T) {
	for status, code := range map[int]errors.ErrorCode{
		400: errors.ErrCodeInvalidRequest, 401: errors.ErrCodeUnauthorized, 403: errors.ErrCodeUnauthorized,
		409: errors.ErrCodeConflict, 412: errors.ErrCodeConflict, 413: errors.ErrCodeInvalidRequest,
		429: errors.ErrCodeRateLimitExceeded, 500: errors.ErrCodeUnavailable, 501: errors.ErrCodeUnavailable, 504: errors.ErrCodeTimeout,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprint(w, `{"errors":[{"code":"DENIED","message":"no\u001b[31m"}]}`)
		}))
		o := PullOptions{Connection: plain()}
		o.Retries = -1
		_, err := Pull(t.Context(), Reference{Registry: server.Listener.Addr().String(), Repository: "r", Tag: "v1"}, o)
		wantError(t, err, code, fmt.Sprint(status), "denied: no")
		if strings.Contains(err.Error(), "\x1b") {
			t.Errorf("the registry writes to the terminal: %q", err)
		}
		server.Close()
	}
	_, err := Pull(t.Context(), newRegistry(t).ref("none"), PullOptions{Connection: plain()})
	wantError(t, err, errors.ErrCodeNotFound, "none")
	_, err = Pull(t.Context(), Reference{Registry: "127.0.0.1:1", Repository: "r", Tag: "v1"}, PullOptions{Connection: plain()})
	wantError(t, err, errors.ErrCodeUnavailable, "connection refused")
}

// A URL may have a token in its query: it never reaches a message.
func TestErrorsShowNoQuery(t *testing.T) {
	r := newRegistry(t)
	var self string
	r.setFault(func(w http.ResponseWriter, req *http.Request) bool {
		if req.URL.RawQuery == "" {
			http.Redirect(w, req, self+req.URL.Path+"?X-Amz-Signature=hunter2", http.StatusTemporaryRedirect)
		} else {
			reset(w)
		}
		return true
	})
	self = r.URL
	o := PullOptions{Connection: plain()}
	o.Retries = -1
	_, err := Pull(t.Context(), r.ref("v1"), o)
	wantError(t, err, errors.ErrCodeUnavailable)
	if strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}

func TestPullTriesAgain(t *testing.T) {
	r := newRegistry(t)
	a := pack(t, large(t, 4<<20))
	mustPush(t, r.ref("v1"), a, PushOptions{Connection: plain()})
	for name, fault := range map[string]func(w http.ResponseWriter, req *http.Request){
		"503":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"reset": func(w http.ResponseWriter, _ *http.Request) { reset(w) },
		"hang":  func(_ http.ResponseWriter, req *http.Request) { r.hang(req) },
		"half": func(w http.ResponseWriter, req *http.Request) {
			r.real.ServeHTTP(&half{w, 1 << 20}, req)
			panic(http.ErrAbortHandler)
		},
		"wrong bytes": func(w http.ResponseWriter, req *http.Request) { r.real.ServeHTTP(wrong{w}, req) },
	} {
		t.Run(name, func(t *testing.T) {
			var n, times atomic.Int32
			times.Store(2)
			r.setFault(func(w http.ResponseWriter, req *http.Request) bool {
				if !strings.Contains(req.URL.Path, "/blobs/") || n.Add(1) > times.Load() {
					return false
				}
				fault(w, req)
				return true
			})
			o := PullOptions{Connection: plain(), TempDir: noLeftovers(t)}
			o.Retries = 2
			if name == "hang" {
				o.StallTimeout, o.Retries = time.Second, 1
				times.Store(1)
			}
			mustPull(t, r.ref("v1"), o)
			times.Store(1000)
			o.Retries = 1
			_, err := Pull(t.Context(), r.ref("v1"), o)
			code := errors.ErrCodeUnavailable
			if name == "hang" {
				code = errors.ErrCodeTimeout
			}
			wantError(t, err, code)
		})
	}
}

// half breaks off after some bytes.
type half struct {
	http.ResponseWriter
	left int
}

func (h *half) Write(p []byte) (int, error) {
	if h.left -= len(p); h.left < 0 {
		return 0, context.Canceled
	}
	return h.ResponseWriter.Write(p)
}

type wrong struct{ http.ResponseWriter }

func (w wrong) Write(p []byte) (int, error) {
	p = append([]byte{}, p...)
	p[0] ^= 1
	return w.ResponseWriter.Write(p)
}

// What arrived before a failure is not sent again by the next run.
func TestARerunGoesOnWhereTheLastOneFailed(t *testing.T) {
	r := newRegistry(t)
	o := PushOptions{Connection: plain()}
	o.Retries = -1
	r.setFault(func(w http.ResponseWriter, req *http.Request) bool {
		if !strings.Contains(req.URL.Path, "/manifests/") || req.Method != http.MethodPut {
			return false
		}
		reset(w)
		return true
	})
	_, err := Push(t.Context(), r.ref("v1"), version(t, 1), o)
	wantError(t, err, errors.ErrCodeUnavailable)
	r.setFault(nil)
	r.count()
	mustPush(t, r.ref("v1"), version(t, 1), o)
	if n := r.count(writes...); n != 2 {
		t.Errorf("it wrote %d times, want the manifest and the tag only", n)
	}
}
