package fluxclient

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry/auth/token"
	"github.com/distribution/distribution/v3/registry/handlers"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/sirupsen/logrus"
	"golang.org/x/crypto/bcrypt"

	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
)

const user, password = "robot", "hunter2"

// server is the registry that most registries are made of, over TLS with an authority that nobody
// knows.
type server struct {
	*httptest.Server
	host, caFile string
	// tokens are the scopes that were asked for.
	tokens []string
}

// serve starts a registry with basic or token authentication, or "" for none.
func serve(t *testing.T, auth string) *server {
	t.Helper()
	logrus.SetOutput(io.Discard)
	s := &server{}
	var app http.Handler
	mux := http.NewServeMux()
	mux.HandleFunc("/v2/", func(w http.ResponseWriter, r *http.Request) { app.ServeHTTP(w, r) })
	s.Server = httptest.NewTLSServer(mux)
	t.Cleanup(s.Close)
	s.host = s.Listener.Addr().String()
	s.caFile = write(t, "ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}))
	config := &configuration.Configuration{Storage: configuration.Storage{"inmemory": nil}}
	config.Log.AccessLog.Disabled = true
	config.HTTP.Secret = "not one"
	switch auth {
	case "basic":
		hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		config.Auth = configuration.Auth{"htpasswd": {"realm": "here", "path": write(t, "htpasswd", fmt.Appendf(nil, "%s:%s\n", user, hash))}}
	case "token":
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "one", Algorithm: string(jose.ES256)}}})
		if err != nil {
			t.Fatal(err)
		}
		config.Auth = configuration.Auth{"token": {
			"realm": s.URL + "/token", "issuer": "tests", "service": "registry", "jwks": write(t, "jwks.json", keys),
		}}
		mux.HandleFunc("/token", s.issue(t, key))
	}
	// The registry ends with the test, not with the context of a request.
	app = handlers.NewApp(context.WithoutCancel(t.Context()), config)
	return s
}

// issue hands out tokens for what is asked, to the user with the password.
func (s *server) issue(t *testing.T, key *ecdsa.PrivateKey) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if name, secret, ok := r.BasicAuth(); !ok || name != user || secret != password {
			http.Error(w, "who are you", http.StatusUnauthorized)
			return
		}
		claims := token.ClaimSet{
			Issuer: "tests", Subject: user, Audience: token.AudienceList{"registry"},
			NotBefore: time.Now().Add(-time.Minute).Unix(), Expiration: time.Now().Add(time.Minute).Unix(),
		}
		for _, scope := range r.URL.Query()["scope"] {
			s.tokens = append(s.tokens, scope)
			parts := strings.Split(scope, ":")
			claims.Access = append(claims.Access, &token.ResourceActions{Type: parts[0], Name: parts[1], Actions: strings.Split(parts[2], ",")})
		}
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "one"}}, nil)
		if err != nil {
			t.Error(err)
		}
		signed, err := jwt.Signed(signer).Claims(claims).Serialize()
		if err != nil {
			t.Error(err)
		}
		fmt.Fprintf(w, `{"token":%q}`, signed)
	}
}

// login is a docker config with the user and the password for a host.
func login(t *testing.T, host string) string {
	t.Helper()
	auth := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	return write(t, "config.json", fmt.Appendf(nil, `{"auths":{%q:{"auth":%q}}}`, host, auth))
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
