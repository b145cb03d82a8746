package scenario

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry/handlers"
	"github.com/sirupsen/logrus"

	// The storage of the registry registers itself.
	_ "github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
)

// CASecret names the Secret of the cluster with the authority of the servers.
const CASecret = "e2e-ca"

// Server is a registry in memory, and below /charts Helm repositories, over TLS.
type Server struct {
	// Host is its address.
	Host string
	// CAFile is the authority that it is trusted by.
	CAFile string

	t      testing.TB
	server *httptest.Server

	mu       sync.Mutex
	off      bool
	requests []string
	repos    map[string]map[string]packedChart // by source and name of the archive
}

func newServer(t testing.TB) *Server {
	t.Helper()
	logrus.SetOutput(io.Discard)
	config := &configuration.Configuration{Storage: configuration.Storage{"inmemory": nil}}
	config.Log.AccessLog.Disabled = true
	config.HTTP.Secret = "e2e"
	// The registry ends with the test, and not before the last request.
	registry := handlers.NewApp(context.WithoutCancel(t.Context()), config)
	s := &Server{t: t, repos: map[string]map[string]packedChart{}}
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.note(r) {
			http.Error(w, "switched off", http.StatusServiceUnavailable)
			return
		}
		if path, ok := strings.CutPrefix(r.URL.Path, "/charts/"); ok {
			s.serveChart(w, r, path)
			return
		}
		registry.ServeHTTP(w, r)
	}))
	s.server.Config.ErrorLog = quiet()
	s.server.StartTLS()
	t.Cleanup(s.server.Close)
	s.Host = s.server.Listener.Addr().String()
	s.CAFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(s.CAFile, []byte(s.certificate()), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// note keeps what was asked for, and reports whether the server is off.
func (s *Server) note(r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	return s.off
}

// Off makes the server refuse everything, or answer again.
func (s *Server) Off(off bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.off = off
}

// Requests returns what was asked for since the last call, as in "GET /v2/".
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.requests
	s.requests = nil
	return all
}

func (s *Server) certificate() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Certificate().Raw}))
}

// pool is the authority for a client of the test's own.
func (s *Server) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(s.server.Certificate())
	return pool
}
