package wire

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/errors"
)

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "-7": 0, "soon": 0, "99999999999999999999": 0,
		now.Add(time.Minute).Format(http.TimeFormat): time.Minute, now.Add(-time.Minute).Format(http.TimeFormat): 0,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q: %s, want %s", value, got, want)
		}
	}
}

func TestSameOrigin(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"https://h/x", "https://H:443/y", true},
		{"http://h", "http://h:80", true},
		{"https://h", "http://h", false},
		{"https://h", "https://h:8443", false},
		{"https://h", "https://sub.h", false},
	} {
		a, _ := url.Parse(c.a)
		b, _ := url.Parse(c.b)
		if SameOrigin(a, b) != c.same || SameOrigin(b, a) != c.same {
			t.Errorf("%s and %s", c.a, c.b)
		}
	}
}

func TestCleanKeepsNoSecret(t *testing.T) {
	for text, want := range map[string]string{
		"GET https://u:hunter2@h/x?sig=hunter2 failed": "GET https://…@h/x?… failed",
		"two\nlines\x1b[31m":                           "two lines [31m",
		strings.Repeat("x", 500):                       strings.Repeat("x", 400) + "…",
	} {
		if got := Clean(text); got != want {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}

// A redirect that leaves and comes back is no way to the credentials either.
func TestARedirectTakesNoCredentialsAlong(t *testing.T) {
	var first, second *httptest.Server
	leaked := ""
	second = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		leaked += r.Header.Get("Authorization") + r.Header.Get("Referer")
		http.Redirect(w, r, first.URL+"/end", http.StatusFound)
	}))
	defer second.Close()
	ended := ""
	first = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, second.URL, http.StatusFound)
		case "/here":
			http.Redirect(w, r, "/end", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		default:
			ended = r.Header.Get("Authorization")
		}
	}))
	defer first.Close()
	transport, err := TLS{}.Transport()
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) error {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, first.URL+path, http.NoBody)
		req.Header.Set("Authorization", "Basic hunter2")
		resp, err := Client(transport).Do(req)
		if err == nil {
			resp.Body.Close()
		}
		return err
	}
	if err := get("/here"); err != nil || ended == "" {
		t.Errorf("the same host lost them: %v", err)
	}
	if err := get("/away?token=hunter2"); err != nil || leaked != "" || ended != "" {
		t.Errorf("leaked %q, came back with %q: %v", leaked, ended, err)
	}
	if err := get("/round"); errors.CodeOf(err) != errors.ErrCodeUnavailable || !strings.Contains(err.Error(), "more than 10") {
		t.Error(err)
	}
}

// What moves may take as long as it takes; what does not is ended.
func TestOnlyAStallEndsAnAttempt(t *testing.T) {
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for range 8 {
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
			time.Sleep(100 * time.Millisecond)
		}
		if r.URL.Path == "/stall" {
			<-r.Context().Done()
		}
	}))
	defer slow.Close()
	transport, err := TLS{}.Transport()
	if err != nil {
		t.Fatal(err)
	}
	p := Patience{Stall: 2100 * time.Millisecond, Retries: 1, FirstPause: time.Millisecond}
	tries := 0
	get := func(path string) error {
		tries = 0
		return p.Try(t.Context(), func(ctx context.Context) error {
			tries++
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, slow.URL+path, http.NoBody)
			if err != nil {
				return err
			}
			resp, err := Client(transport).Do(req)
			if err != nil {
				return err
			}
			defer resp.Body.Close()
			_, err = io.Copy(io.Discard, resp.Body)
			return err
		}, func(err error) (bool, error) { return Judge(err, p.StallTimeout(), Advice{}) })
	}
	if err := get("/"); err != nil || tries != 1 {
		t.Errorf("%d tries: %v", tries, err)
	}
	if err := get("/stall"); errors.CodeOf(err) != errors.ErrCodeTimeout || tries != 2 {
		t.Errorf("%d tries: %v", tries, err)
	}
}
