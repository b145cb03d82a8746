package chartpull

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	helmregistry "helm.sh/helm/v4/pkg/registry"

	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// server is a server in this process that counts what is asked, and fails, is slow or wants a login
// as a test likes.
type server struct {
	*httptest.Server
	host    string
	closing chan struct{}

	mu       sync.Mutex
	requests []*http.Request
	latency  time.Duration
	// user and password are wanted of every request.
	user, password string
	// fault answers a request in the server's place, or returns false.
	fault func(w http.ResponseWriter, r *http.Request) bool
}

func serve(t testing.TB, start func(http.Handler) *httptest.Server, content http.Handler) *server {
	t.Helper()
	s := &server{closing: make(chan struct{})}
	s.Server = start(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r)
		latency, user, password, fault := s.latency, s.user, s.password, s.fault
		s.mu.Unlock()
		time.Sleep(latency)
		if u, p, _ := r.BasicAuth(); user != "" && (u != user || p != password) {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if fault == nil || !fault(w, r) {
			content.ServeHTTP(w, r)
		}
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.host = s.Listener.Addr().String()
	t.Cleanup(func() {
		close(s.closing)
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

func (s *server) set(change func(s *server)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// asked returns the requests since the last call, and forgets them.
func (s *server) asked() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	requests := s.requests
	s.requests = nil
	return requests
}

func (s *server) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.closing:
	}
}

func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

// repository is a chart repository over HTTP: path → content.
type repository struct {
	*server
	mu    sync.Mutex
	files map[string][]byte
}

func newRepository(t testing.TB) *repository { return newRepositoryOver(t, httptest.NewServer) }

func newRepositoryOver(t testing.TB, start func(http.Handler) *httptest.Server) *repository {
	t.Helper()
	r := &repository{files: map[string][]byte{}}
	r.server = serve(t, start, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		data, ok := r.files[req.URL.Path]
		r.mu.Unlock()
		if !ok {
			http.NotFound(w, req)
			return
		}
		w.Write(data)
	}))
	return r
}

func (r *repository) put(path string, data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files[path] = data
}

// add offers a chart under /charts, with a digest in the index.
func (r *repository) add(name, version string, tgz []byte) {
	r.list(name, version, name+"-"+version+".tgz", digestOf(tgz))
	r.put("/charts/"+name+"-"+version+".tgz", tgz)
}

// list adds an entry to the index.
func (r *repository) list(name, version, url, sum string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	index := string(r.files["/charts/index.yaml"])
	if index == "" {
		index = "apiVersion: v1\nentries:\n"
	}
	entry := fmt.Sprintf("  - apiVersion: v2\n    name: %s\n    version: %q\n    digest: %q\n    urls:\n    - %q\n", name, version, sum, url)
	if head := "  " + name + ":\n"; strings.Contains(index, head) {
		index = strings.Replace(index, head, head+entry, 1)
	} else {
		index += head + entry
	}
	r.files["/charts/index.yaml"] = []byte(index)
}

func (r *repository) url() string { return r.URL + "/charts" }

func (r *repository) component(name, version string) localformat.Component {
	return localformat.Component{Name: "my-" + name, Namespace: "ns", Repository: r.url(), ChartName: name, Version: version}
}

// charts is an OCI registry.
type registryServer struct{ *server }

func newRegistry(t testing.TB) registryServer {
	t.Helper()
	return registryServer{serve(t, httptest.NewServer, registry.New(registry.Logger(log.New(io.Discard, "", 0))))}
}

func (r registryServer) component(name, version string) localformat.Component {
	return localformat.Component{Name: "my-" + name, Namespace: "ns", Repository: "oci://" + r.host + "/org/charts", ChartName: name, Version: version, IsOCI: true}
}

// push pushes a chart as helm does.
func (r registryServer) push(t testing.TB, name, tag string, tgz []byte) {
	r.pushAs(t, name, tag, tgz, nil)
}

func (r registryServer) pushAs(t testing.TB, name, tag string, tgz []byte, change func(m *ocispec.Manifest)) {
	t.Helper()
	send := func(method, path, mediaType string, body []byte) {
		req, err := http.NewRequestWithContext(t.Context(), method, r.URL+path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", mediaType)
		if r.user != "" {
			req.SetBasicAuth(r.user, r.password)
		}
		resp, err := r.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode >= 300 {
			t.Fatalf("%s %s: %s", method, path, resp.Status)
		}
	}
	blob := func(mediaType string, data []byte) ocispec.Descriptor {
		d := digest.FromBytes(data)
		send(http.MethodPost, "/v2/org/charts/"+name+"/blobs/uploads/?digest="+string(d), "application/octet-stream", data)
		return ocispec.Descriptor{MediaType: mediaType, Digest: d, Size: int64(len(data))}
	}
	m := &ocispec.Manifest{MediaType: ocispec.MediaTypeImageManifest, Config: blob(helmregistry.ConfigMediaType, []byte(`{"name":"x"}`)), Layers: []ocispec.Descriptor{blob(helmregistry.ChartLayerMediaType, tgz)}}
	m.SchemaVersion = 2
	if change != nil {
		change(m)
	}
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	send(http.MethodPut, "/v2/org/charts/"+name+"/manifests/"+tag, ocispec.MediaTypeImageManifest, data)
	r.asked()
}

// newPuller is a puller with the credentials that the pairs of variables name, without pauses and
// without a cache.
func newPuller(t testing.TB, pairs ...string) *Puller {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(home, "cache"))
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	t.Setenv("DOCKER_CONFIG", filepath.Join(home, "docker"))
	for _, name := range []string{"HELM_CONFIG_HOME", "HELM_REPOSITORY_CONFIG", "HELM_REGISTRY_CONFIG", userVariable, passwordVariable} {
		t.Setenv(name, "")
	}
	for i := 0; i < len(pairs); i += 2 {
		t.Setenv(pairs[i], pairs[i+1])
	}
	return &Puller{
		ChartPull: config.ChartPull{NoCache: true, ChartPlainHTTP: true}, Retries: 2, firstPause: time.Millisecond, StallTimeout: 10 * time.Second,
	}
}

// cachedIn is newPuller with a cache.
func cachedIn(t testing.TB, dir string) *Puller {
	t.Helper()
	p := newPuller(t)
	p.NoCache, p.CacheDir = false, dir
	return p
}

func mustPull(t testing.TB, p localformat.ChartPuller, c localformat.Component) ([]byte, localformat.VendorRecord, string) {
	t.Helper()
	tgz, rec, tarball, err := p.Pull(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return tgz, rec, tarball
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
