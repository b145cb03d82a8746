package recipe_test

import (
	"context"
	stderrors "errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

func TestSourcesOfARecipe(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "r.yaml")
	if err := os.WriteFile(file, []byte("componentRefs:"+good), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err := recipe.Load(t.Context(), file, recipe.LoadOptions{}); err != nil || r.Component("a") == nil {
		t.Errorf("file: %v", err)
	}
	for name, c := range map[string]struct {
		source string
		code   errors.ErrorCode
		want   string
	}{
		"none":            {"", errors.ErrCodeInvalidRequest, "no recipe is named; give a file, - for standard input, or a URL"},
		"missing":         {filepath.Join(dir, "no.yaml"), errors.ErrCodeNotFound, "recipe " + dir + "/no.yaml does not exist; check the path"},
		"directory":       {dir, errors.ErrCodeInvalidRequest, "recipe " + dir + " is a directory; name the file"},
		"through a file":  {file + "/x", errors.ErrCodeInvalidRequest, "recipe " + file + "/x cannot be read: not a directory; check the path and its permissions"},
		"unparsable URL":  {"https://me:hush@h:port/x?token=hush", errors.ErrCodeInvalidRequest, "recipe URL (a URL that cannot be parsed) cannot be parsed; write https://HOST/PATH"},
		"URL of no host":  {"https:///x?token=hush", errors.ErrCodeUnavailable, "recipe https:///x?…: http: no Host in request URL"},
		"upper-case HTTP": {"HTTP://hush@127.0.0.1:1/x", errors.ErrCodeUnavailable, "recipe http://127.0.0.1:1/x: dial tcp 127.0.0.1:1: connect: connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := recipe.Load(t.Context(), c.source, recipe.LoadOptions{})
			if errors.CodeOf(err) != c.code || err.Error() != c.want {
				t.Errorf("got %s %q\nwant %s %q", errors.CodeOf(err), err, c.code, c.want)
			}
		})
	}
}

func TestStandardInputFailsReadably(t *testing.T) {
	_, err := recipe.Load(t.Context(), "-", recipe.LoadOptions{Stdin: iotest.ErrReader(stderrors.New("broken pipe"))})
	if err == nil || err.Error() != "recipe standard input: broken pipe" {
		t.Errorf("got %v", err)
	}
	_, err = recipe.Load(t.Context(), "-", recipe.LoadOptions{Stdin: io.LimitReader(zeros{}, config.MaxRecipeSize+1)})
	if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("got %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestFetchedRecipes asks a server that answers in every way, with a URL that is full of secrets,
// and looks for them in the messages.
func TestFetchedRecipes(t *testing.T) {
	release := make(chan struct{})
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "ghp_hush" || password != "hush" || r.URL.RawQuery != "token=hush" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "componentRefs:"+good)
	})
	mux.HandleFunc("/bad", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") })
	mux.HandleFunc("/big", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.Copy(w, io.LimitReader(zeros{}, config.MaxRecipeSize+1))
	})
	mux.HandleFunc("/redirect", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/bad?token=hush", http.StatusFound)
	})
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
	mux.HandleFunc("/slow", func(http.ResponseWriter, *http.Request) { <-release })
	mux.HandleFunc("/drip", func(w http.ResponseWriter, _ *http.Request) {
		w.(http.Flusher).Flush()
		<-release
	})
	mux.HandleFunc("/status/{code}", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(map[string]int{"401": 401, "403": 403, "404": 404, "410": 410, "418": 418, "429": 429, "503": 503, "504": 504}[r.PathValue("code")])
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
		"/bad":        {errors.ErrCodeInvalidRequest, "the document is not a map of recipe fields"},
		"/redirect":   {errors.ErrCodeInvalidRequest, "the document is not a map of recipe fields"},
		"/big":        {errors.ErrCodeInvalidRequest, "larger than 64 MiB"},
		"/loop":       {errors.ErrCodeUnavailable, "stopped after 10 redirects"},
		"/away":       {errors.ErrCodeUnavailable, `unsupported protocol scheme "ftp"`},
		"/cut":        {errors.ErrCodeUnavailable, "unexpected EOF"},
		"/slow":       {errors.ErrCodeTimeout, "Client.Timeout exceeded"},
		"/drip":       {errors.ErrCodeTimeout, "Client.Timeout"},
		"/status/401": {errors.ErrCodeUnauthorized, "the server answers 401 Unauthorized; check the credentials, or download the file and name it"},
		"/status/403": {errors.ErrCodeUnauthorized, "403 Forbidden"},
		"/status/404": {errors.ErrCodeNotFound, "the server answers 404 Not Found; check the URL"},
		"/status/410": {errors.ErrCodeNotFound, "410 Gone"},
		"/status/418": {errors.ErrCodeInvalidRequest, "418"},
		"/status/429": {errors.ErrCodeRateLimitExceeded, "the server answers 429 Too Many Requests; try again later"},
		"/status/503": {errors.ErrCodeUnavailable, "the server answers 503 Service Unavailable; try again later"},
		"/status/504": {errors.ErrCodeTimeout, "504 Gateway Timeout"},
	} {
		t.Run(path, func(t *testing.T) {
			client := &http.Client{Timeout: 10 * time.Second}
			if c.code == errors.ErrCodeTimeout {
				client.Timeout = 100 * time.Millisecond
			}
			_, err := recipe.Load(t.Context(), base+path+"?token=hush#hush", recipe.LoadOptions{HTTP: client})
			if errors.CodeOf(err) != c.code {
				t.Fatalf("code %q: %v", errors.CodeOf(err), err)
			}
			if err == nil {
				return
			}
			if !strings.HasPrefix(err.Error(), "recipe "+server.URL+path+"?…: ") && !strings.HasPrefix(err.Error(), "recipe "+server.URL+path+"?… is") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, want %q", err, c.want)
			}
			if strings.Contains(err.Error(), "hush") {
				t.Errorf("the message holds a secret: %s", err)
			}
		})
	}
}

func TestCancelledFetchSaysSo(t *testing.T) {
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
	_, err := recipe.Load(ctx, server.URL, recipe.LoadOptions{})
	if !stderrors.Is(err, context.Canceled) || errors.ExitStatus(err) != 1 {
		t.Errorf("got %v, status %d", err, errors.ExitStatus(err))
	}
}

func TestPrepareFillsBeforeTheRulesHold(t *testing.T) {
	doc := "componentRefs:\n- name: a\n  tag: t"
	_, err := recipe.Load(t.Context(), "-", recipe.LoadOptions{Stdin: strings.NewReader(doc), Prepare: func(r *recipe.RecipeResult) error {
		r.ComponentRefs[0].Namespace, r.ComponentRefs[0].Source, r.ComponentRefs[0].Version = "n", "https://h", "1"
		return errors.Invalid("and a problem of its own")
	}})
	want := `2 problems:
  - recipe standard input: line 3: component "a": tag belongs to Kustomize components; remove it, a Helm component has a version
  - and a problem of its own`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v", err)
	}
}
