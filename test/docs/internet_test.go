package docs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
)

// internet is a proxy behind which every host is answered in this process, over TLS. Programs take
// it from the environment, as they do behind the proxy of a company.
type internet struct {
	proxy, ca, repositories string
	site                    http.Handler

	mu         sync.Mutex
	registries map[string]http.Handler
}

func newInternet(t *testing.T, dir string) *internet {
	t.Helper()
	n := &internet{ca: filepath.Join(dir, "ca.pem"), repositories: filepath.Join(dir, "repositories"), registries: map[string]http.Handler{}}
	n.site = n.sites(t)
	authority := newAuthority(t, n.ca)
	web := httptest.NewUnstartedServer(n)
	web.Config.ErrorLog = log.New(io.Discard, "", 0)
	web.TLS = &tls.Config{GetCertificate: authority.certificate}
	web.StartTLS()
	t.Cleanup(web.Close)
	proxy := httptest.NewServer(tunnel(web.Listener.Addr().String()))
	t.Cleanup(proxy.Close)
	n.proxy = proxy.URL
	return n
}

func (n *internet) environment() []string {
	return []string{
		"HTTPS_PROXY=" + n.proxy, "https_proxy=" + n.proxy,
		"SSL_CERT_FILE=" + n.ca, "CURL_CA_BUNDLE=" + n.ca, "GIT_SSL_CAINFO=" + n.ca,
	}
}

// transport reaches the same servers from this process.
func (n *internet) transport() http.RoundTripper {
	pool := x509.NewCertPool()
	if data, err := os.ReadFile(n.ca); err == nil {
		pool.AppendCertsFromPEM(data)
	}
	proxy, _ := url.Parse(n.proxy)
	return &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: pool}}
}

// ServeHTTP gives each host a registry of its own; everything else is the sites'.
func (n *internet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/v2/") {
		n.registry(r.Host).ServeHTTP(w, r)
		return
	}
	n.site.ServeHTTP(w, r)
}

func (n *internet) registry(host string) http.Handler {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.registries[host] == nil {
		n.registries[host] = registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	}
	return n.registries[host]
}

// tunnel is a proxy whose connections all lead to one server.
func tunnel(to string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
			return
		}
		server, err := net.Dial("tcp", to)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		client, ahead, err := http.NewResponseController(w).Hijack()
		if err != nil {
			_ = server.Close()
			return
		}
		_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			_, _ = io.Copy(server, ahead)
			_ = server.Close()
		}()
		_, _ = io.Copy(client, server)
		_ = client.Close()
	})
}

// authority signs a certificate for each host that is asked for.
type authority struct {
	certificateAuthority *x509.Certificate
	key                  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, file string) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "docs"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{certificate, key}
}

func (a authority) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: hello.ServerName}, DNSNames: []string{hello.ServerName},
		NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificateAuthority, a.key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.key}, nil
}
