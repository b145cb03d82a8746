package datasource

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aicr-flux/aicr/internal/registryhttp"
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// item is an entry of an archive for tests.
type item struct {
	name, text string
	kind       byte // 0: a file
	link       string
}

// pack makes an archive of the items, in this order.
func pack(t testing.TB, items ...item) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	w := tar.NewWriter(z)
	for _, i := range items {
		h := &tar.Header{Name: i.name, Typeflag: i.kind, Linkname: i.link, Mode: 0o644, Size: int64(len(i.text)), Format: tar.FormatPAX}
		if i.kind == 0 {
			h.Typeflag = tar.TypeReg
		}
		if i.kind == tar.TypeXGlobalHeader {
			h = &tar.Header{Typeflag: i.kind, Name: i.name, PAXRecords: map[string]string{"comment": i.text}}
			i.text = ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, i.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// repo is what GitHub packs of a repository.
func repo(t testing.TB, text string) []byte {
	t.Helper()
	return pack(t, item{name: "pax_global_header", kind: tar.TypeXGlobalHeader, text: "0123456789012345678901234567890123456789"},
		item{name: "aicr-1.3.0/", kind: tar.TypeDir}, item{name: "aicr-1.3.0/README.md", text: "not data"},
		item{name: "aicr-1.3.0/CLAUDE.md", kind: tar.TypeSymlink, link: "README.md"},
		item{name: "aicr-1.3.0/recipes/registry.yaml", text: "kind: ComponentRegistry"},
		item{name: "aicr-1.3.0/recipes/components/a/values.yaml", text: text},
		item{name: "aicr-1.3.0/other/values.yaml", text: "other"})
}

// host plays the server that has archives, over TLS.
type host struct {
	*httptest.Server
	ca string

	mu   sync.Mutex
	log  []string
	mux  *http.ServeMux
	stop chan struct{}
}

func newHost(t testing.TB) *host {
	t.Helper()
	h := &host{mux: http.NewServeMux(), stop: make(chan struct{})}
	h.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		h.log = append(h.log, r.URL.Path)
		h.mu.Unlock()
		h.mux.ServeHTTP(w, r)
	}))
	h.Config.ErrorLog = log.New(io.Discard, "", 0)
	h.StartTLS()
	h.ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(h.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		close(h.stop)
		h.CloseClientConnections()
		h.Close()
	})
	return h
}

// asked are the paths since the last time.
func (h *host) asked() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	asked := h.log
	h.log = nil
	return asked
}

// options reach the host, which is GitHub as well, and keep things for this test.
func (h *host) options(t testing.TB) Options {
	t.Helper()
	return Options{
		CacheDir: t.TempDir(), GitHub: h.URL,
		HTTP: registryhttp.Options{CAFile: h.ca}, Retry: registryhttp.Retry{Retries: -1},
	}
}

func open(t testing.TB, ref string, o Options) *Source {
	t.Helper()
	s, err := Open(t.Context(), ref, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// read reads a file as a recipe does.
func read(s *Source, name string) (string, error) {
	data, _, err := component.Roots{s.Root}.Read(name)
	return string(data), err
}

func holds(t testing.TB, s *Source, name, want string) {
	t.Helper()
	if got, err := read(s, name); err != nil || got != want {
		t.Errorf("%s: %q, %v", name, got, err)
	}
}

// fails holds an error against its code and a part of its text.
func fails(t testing.TB, err error, code errors.ErrorCode, want string) {
	t.Helper()
	if errors.CodeOf(err) != code || !strings.Contains(err.Error(), want) {
		t.Errorf("got %s: %v\nwant %s: %s", errors.CodeOf(err), err, code, want)
	}
}
