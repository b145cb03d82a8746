package oci

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/aicr-flux/aicr/pkg/bundle"
)

// testRegistry is a registry in this process, behind a proxy that counts what is asked and fails as
// a test likes.
type testRegistry struct {
	*httptest.Server
	host string
	real http.Handler

	closing chan struct{}

	mu       sync.Mutex
	requests []string // "METHOD /path"
	// fault answers a request in the registry's place, or returns false.
	fault func(w http.ResponseWriter, r *http.Request) bool
}

func newRegistry(t testing.TB) *testRegistry {
	t.Helper()
	return newRegistryOver(t, registry.New(registry.Logger(log.New(io.Discard, "", 0))), httptest.NewServer)
}

func newRegistryOver(t testing.TB, app http.Handler, serve func(http.Handler) *httptest.Server) *testRegistry {
	t.Helper()
	r := &testRegistry{real: app, closing: make(chan struct{})}
	r.Server = serve(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		r.requests = append(r.requests, req.Method+" "+req.URL.Path)
		fault := r.fault
		r.mu.Unlock()
		if fault == nil || !fault(w, req) {
			app.ServeHTTP(w, req)
		}
	}))
	r.Config.ErrorLog = log.New(io.Discard, "", 0)
	r.host = r.Listener.Addr().String()
	t.Cleanup(func() {
		close(r.closing)
		r.CloseClientConnections()
		r.Close()
	})
	return r
}

func (r *testRegistry) setFault(fault func(w http.ResponseWriter, r *http.Request) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fault = fault
}

// hang never answers.
func (r *testRegistry) hang(req *http.Request) {
	select {
	case <-req.Context().Done():
	case <-r.closing:
	}
}

// count returns how many requests of these methods there were since the last call.
func (r *testRegistry) count(methods ...string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, request := range r.requests {
		method, _, _ := strings.Cut(request, " ")
		if slices.Contains(methods, method) {
			n++
		}
	}
	r.requests = nil
	return n
}

// writes are the methods that change a registry.
var writes = []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// tags asks the registry itself, past the proxy's faults.
func (r *testRegistry) tags(t testing.TB) string {
	t.Helper()
	r.setFault(nil)
	resp, err := r.Client().Get(r.URL + "/v2/org/bundle/tags/list")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, _ := io.ReadAll(resp.Body)
	if resp.StatusCode == http.StatusNotFound || !bytes.Contains(data, []byte(`"tags":["`)) {
		return ""
	}
	return string(data)
}

func (r *testRegistry) ref(tag string) Reference {
	return Reference{Registry: r.host, Repository: "org/bundle", Tag: tag}
}

// plain reaches a test registry without anybody's credentials, and without pauses.
func plain() Connection {
	return Connection{PlainHTTP: true, CredentialFiles: []string{}, firstPause: time.Millisecond}
}

// reset breaks a connection as a crash does.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// set makes a file set of "path: content" pairs; a path that ends in "*" is editable.
func set(t testing.TB, contents map[string]string) *bundle.Files {
	t.Helper()
	files := &bundle.Files{}
	for _, path := range slices.Sorted(maps.Keys(contents)) {
		name, editable := strings.CutSuffix(path, "*")
		add := files.Add
		if editable {
			add = files.AddEditable
		}
		if err := add(name, []byte(contents[path])); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

var small = map[string]string{
	"kustomization.yaml":                   "resources: []\n",
	"README.md":                            "# A bundle\n",
	"alpha/helmrelease.yaml":               "kind: HelmRelease\n",
	"alpha/configmap-values.yaml*":         "data: {}\n",
	"alpha/charts/alpha-1.0.0.tgz":         "\x1f\x8b not really",
	"zeta/templates/" + longName + ".yaml": "kind: ConfigMap\n",
	"zeta/ünïcode.yaml":                    "a: b\n",
}

var longName = strings.Repeat("a-very-long-name-", 12)

func pack(t testing.TB, files *bundle.Files) *Artifact {
	t.Helper()
	a, err := Pack(t.Context(), files, PackOptions{Meta: Meta{Source: "https://example.com/recipe", Version: "v1.2.3", Title: "a bundle"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// version is an artifact whose content differs from that of other versions.
func version(t testing.TB, n int) *Artifact {
	t.Helper()
	contents := maps.Clone(small)
	contents["README.md"] += fmt.Sprintf("version %d\n", n)
	return pack(t, set(t, contents))
}

func mustPush(t testing.TB, ref Reference, a *Artifact, o PushOptions) *Pushed {
	t.Helper()
	done, err := Push(t.Context(), ref, a, o)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func mustPull(t testing.TB, ref Reference, o PullOptions) *Pulled {
	t.Helper()
	pulled, err := Pull(t.Context(), ref, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pulled.Close(); err != nil {
			t.Error(err)
		}
	})
	return pulled
}

// contents are all files of a set, as set takes them.
func contents(t testing.TB, files *bundle.Files) map[string]string {
	t.Helper()
	all := map[string]string{}
	for file := range files.All() {
		r, err := file.Reader()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			t.Fatal(err)
		}
		path := file.Path
		if file.Editable {
			path += "*"
		}
		all[path] = string(data)
	}
	return all
}

// wantError fails unless err is of the wanted code and says all words.
func wantError(t testing.TB, err, code error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %v", code)
	}
	if !errors.Is(err, code) {
		t.Errorf("error %q is not %v", err, code)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("error %q does not say %q", err, word)
		}
	}
}

// noLeftovers fails a test that leaves something in the directory for temporary files, which it
// makes.
func noLeftovers(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(func() {
		left, err := os.ReadDir(dir)
		if err != nil || len(left) > 0 {
			t.Errorf("temporary files are left: %v, %v", left, err)
		}
	})
	return dir
}
