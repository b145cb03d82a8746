package registryhttp

import (
	"context"
	"encoding/pem"
	stderrors "errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
)

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestGet asks a server that answers in every way, with a URL that is full of secrets, and looks for
// them in the messages.
func TestGet(t *testing.T) {
	release := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "ghp_hush" || password != "hush" || r.URL.RawQuery != "token=hush" || r.UserAgent() != "aicr/1" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "it")
	})
	asked := 0
	mux.HandleFunc("/again", func(w http.ResponseWriter, _ *http.Request) {
		asked++
		if asked == 1 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = io.WriteString(w, "it")
	})
	mux.HandleFunc("/big", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, zeros{}) })
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/loop?token=hush", http.StatusFound)
	})
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "ftp://me:hush@h/?token=hush", http.StatusFound)
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "kind:")
	})
	mux.HandleFunc("/stall", func(w http.ResponseWriter, _ *http.Request) {
		w.(http.Flusher).Flush()
		<-release
	})
	mux.HandleFunc("/drip", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = io.WriteString(w, "a")
			w.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
	})
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(map[string]int{"204": 204, "401": 401, "403": 403, "404": 404, "410": 410, "418": 418, "429": 429, "503": 503, "504": 504}[r.PathValue("code")])
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	base := strings.Replace(server.URL, "http://", "http://ghp_hush:hush@", 1)

	for path, c := range map[string]struct {
		code errors.ErrorCode
		want string
	}{
		"/ok":         {"", ""},
		"/again":      {"", ""},
		"/big":        {errors.ErrCodeInvalidRequest, "it has more than 4 MiB, the limit; check the URL"},
		"/loop":       {errors.ErrCodeUnavailable, "it redirects more than 10 times"},
		"/away":       {errors.ErrCodeUnavailable, `unsupported protocol scheme "ftp"`},
		"/cut":        {errors.ErrCodeUnavailable, "the connection failed: unexpected EOF; check the network and run again"},
		"/stall":      {errors.ErrCodeTimeout, "nothing moved for 50ms; check the network and run again"},
		"/drip":       {errors.ErrCodeTimeout, "it did not arrive within 300ms; check the network, or download the file and name it"},
		"/status/204": {errors.ErrCodeUnavailable, "204 No Content, which does not answer the request"},
		"/status/401": {errors.ErrCodeUnauthorized, "401 Unauthorized; check the credentials in the URL, or download the file and name it"},
		"/status/403": {errors.ErrCodeUnauthorized, "403 Forbidden"},
		"/status/404": {errors.ErrCodeNotFound, "404 Not Found"},
		"/status/410": {errors.ErrCodeNotFound, "410 Gone"},
		"/status/418": {errors.ErrCodeInvalidRequest, "418 I'm a teapot"},
		"/status/429": {errors.ErrCodeRateLimitExceeded, "429 Too Many Requests; run again later"},
		"/status/503": {errors.ErrCodeUnavailable, "503 Service Unavailable; run again later"},
		"/status/504": {errors.ErrCodeTimeout, "504 Gateway Timeout; run again later"},
	} {
		t.Run(path, func(t *testing.T) {
			d := Document{Limit: 4 << 20, UserAgent: "aicr/1", Retry: Retry{Retries: 1, FirstPause: time.Millisecond}}
			switch path {
			case "/stall":
				d.Stall = 50 * time.Millisecond
			case "/drip":
				d.Within = 300 * time.Millisecond
			}
			data, err := d.Get(t.Context(), base+path+"?token=hush#hush")
			switch {
			case errors.CodeOf(err) != c.code:
				t.Errorf("code %q: %v", errors.CodeOf(err), err)
			case err == nil && string(data) != "it":
				t.Errorf("got %q", data)
			case err != nil && (!strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hush")):
				t.Errorf("got %q, want %q", err, c.want)
			}
		})
	}
	for _, source := range []string{"https://me:hush@h:port/x?token=hush", "https:///x?token=hush"} {
		if _, err := (Document{Limit: 1}).Get(t.Context(), source); errors.CodeOf(err) != errors.ErrCodeInvalidRequest || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func TestACancelledGetSaysSo(t *testing.T) {
	started := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(started)
		<-r.Context().Done()
	}))
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-started
		cancel()
	}()
	_, err := Document{Limit: 1}.Get(ctx, server.URL)
	if !stderrors.Is(err, context.Canceled) || errors.ExitStatus(err) != 1 {
		t.Errorf("got %v, status %d", err, errors.ExitStatus(err))
	}
}

// TestHazard74_ADocumentsRedirectLosesNothing follows redirects to plain HTTP, and to another server, which
// notes all that it gets.
func TestHazard74_ADocumentsRedirectLosesNothing(t *testing.T) {
	var got []string
	note := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.String())
		for name, values := range r.Header {
			got = append(got, name+": "+strings.Join(values, ","))
		}
		_, _ = io.WriteString(w, "it")
	})
	plain, other := httptest.NewServer(note), httptest.NewTLSServer(note)
	defer plain.Close()
	defer other.Close()
	var start *httptest.Server
	start = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/plain":
			http.Redirect(w, r, plain.URL+"/x", http.StatusFound)
		case "/other":
			http.Redirect(w, r, other.URL+"/x", http.StatusFound)
		case "/here":
			http.Redirect(w, r, start.URL+"/x", http.StatusFound)
		default:
			note(w, r)
		}
	}))
	defer start.Close()
	var certificates []byte
	for _, s := range []*httptest.Server{start, other} {
		certificates = append(certificates, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})...)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, certificates, 0o600); err != nil {
		t.Fatal(err)
	}
	d := Document{Options: Options{CAFile: file, CAField: "CAFile"}, Limit: 10}
	base := strings.Replace(start.URL, "https://", "https://me:hush@", 1)
	if _, err := d.Get(t.Context(), base+"/plain?token=hush"); errors.CodeOf(err) != errors.ErrCodeUnavailable || !strings.Contains(err.Error(), `it redirects from HTTPS to "http"`) || got != nil {
		t.Errorf("to plain HTTP: %v, and it was asked: %q", err, got)
	}
	for _, path := range []string{"/other", "/here"} {
		got = nil
		if data, err := d.Get(t.Context(), base+path+"?token=hush"); err != nil || string(data) != "it" {
			t.Errorf("%s: %q, %v", path, data, err)
		}
		if text := strings.Join(got, "\n"); strings.Contains(text, "hush") || strings.Contains(text, "Authorization") || strings.Contains(text, "Referer") {
			t.Errorf("%s gets\n%s", path, text)
		}
	}
}
