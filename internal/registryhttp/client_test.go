package registryhttp

import (
	"fmt"
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

// client is a client that trusts every certificate, and get asks a URL with credentials and a
// Referer.
func client(t *testing.T) *http.Client {
	t.Helper()
	c, err := Options{Insecure: true}.Client()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func get(t *testing.T, c *http.Client, at string) error {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Basic hunter2")
	req.Header.Set("Cookie", "hunter2")
	resp, err := c.Do(req)
	if err == nil {
		resp.Body.Close()
	}
	return err
}

// secrets are the headers of a request that are nobody else's business.
func secretsOf(r *http.Request) string {
	return r.Header.Get("Authorization") + r.Header.Get("Cookie") + r.Header.Get("Referer")
}

// Each redirect starts at a server over HTTPS and ends at one that notes which credentials it gets.
func TestHazard74_ARedirectTakesNoCredentialsAlong(t *testing.T) {
	got := map[string]string{}
	var start, other, plain *httptest.Server
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := map[string]string{
			"/here": start.URL + "/end", "/port": other.URL + "/end", "/back": other.URL + "/bounce", "/bounce": start.URL + "/end",
			"/plain": plain.URL + "/end", "/up": start.URL + "/end", "/round": start.URL + "/round",
		}[r.URL.Path]
		if to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		got["secrets"] = secretsOf(r)
	})
	start, other, plain = httptest.NewTLSServer(handler), httptest.NewTLSServer(handler), httptest.NewServer(handler)
	for _, s := range []*httptest.Server{start, other, plain} {
		t.Cleanup(s.Close)
	}
	for path, c := range map[string]struct {
		from    *httptest.Server
		secrets bool
		says    string
	}{
		"/here":  {start, true, ""},
		"/port":  {start, false, ""},
		"/back":  {start, false, ""},
		"/up":    {plain, false, ""},
		"/plain": {start, false, `redirects from HTTPS to "http"`},
		"/round": {start, false, "more than 10 times"},
	} {
		got = map[string]string{}
		err := get(t, client(t), c.from.URL+path+"?token=hunter2")
		switch {
		case c.says != "":
			if errors.CodeOf(err) != errors.ErrCodeUnavailable || !strings.Contains(err.Error(), c.says) || len(got) > 0 {
				t.Errorf("%s: %v, and the server was asked: %t", path, err, len(got) > 0)
			}
		case err != nil:
			t.Errorf("%s: %v", path, err)
		case strings.Contains(got["secrets"], "hunter2") != c.secrets:
			t.Errorf("%s: the last server got %q", path, got["secrets"])
		}
	}
}

// A server that asks for a pause gets it, whatever the status is, and a person decides about a long
// one.
func TestAServerMayAskForAPause(t *testing.T) {
	for _, c := range []struct {
		status int
		header string
		pause  time.Duration // 0: it does not ask for one
		tries  int
	}{
		{http.StatusTooManyRequests, "1", time.Second, 2},
		{http.StatusServiceUnavailable, "1", time.Second, 2},
		{http.StatusServiceUnavailable, "", 0, 2},
		{http.StatusInternalServerError, "1", 0, 2},
		{http.StatusServiceUnavailable, "3600", time.Hour, 1},
	} {
		t.Run(fmt.Sprint(c.status, " ", c.header), func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", c.header)
				w.WriteHeader(c.status)
			}))
			defer server.Close()
			tries, pause := 0, time.Duration(0)
			retry := Retry{Retries: 1, FirstPause: time.Millisecond, Notify: func(_ error, p time.Duration) { pause = p }}
			err := retry.Do(t.Context(), func() error {
				tries++
				resp, err := client(t).Get(server.URL)
				if err != nil {
					return err
				}
				resp.Body.Close()
				return &StatusError{Status: resp.StatusCode}
			}, func(err error) (bool, error) { return Judge(err, Advice{}) })
			if tries != c.tries || !strings.Contains(err.Error(), fmt.Sprint(c.status)) {
				t.Errorf("%d tries: %v", tries, err)
			}
			if asked := strings.Contains(err.Error(), "1h0m0s"); asked != (c.pause == time.Hour) {
				t.Error(err)
			}
			if waited := pause == time.Second; waited != (c.pause == time.Second) {
				t.Errorf("it waited %s", pause)
			}
		})
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
