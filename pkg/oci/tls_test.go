package oci

import (
	"encoding/pem"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/aicr-flux/aicr/pkg/errors"
)

func TestTLS(t *testing.T) {
	r := newRegistryOver(t, registry.New(registry.Logger(log.New(io.Discard, "", 0))), httptest.NewTLSServer)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Certificate().Raw})
	if err := os.WriteFile(ca, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	encrypted := func(change func(*Connection)) PushOptions {
		o := PushOptions{Connection: plain()}
		o.PlainHTTP = false
		change(&o.Connection)
		return o
	}
	a := version(t, 1)
	mustPush(t, r.ref("v1"), a, encrypted(func(c *Connection) { c.CAFile = ca }))
	mustPush(t, r.ref("v2"), a, encrypted(func(c *Connection) { c.InsecureTLS = true }))
	for name, c := range map[string]struct {
		host string
		o    PushOptions
		code errors.ErrorCode
		says string
	}{
		"unknown authority": {r.host, encrypted(func(*Connection) {}), errors.ErrCodeUnavailable, "`CAFile`"},
		"other name":        {"localhost" + r.host[len("127.0.0.1"):], encrypted(func(c *Connection) { c.CAFile = ca }), errors.ErrCodeUnavailable, "not valid"},
		"HTTP":              {newRegistry(t).host, encrypted(func(*Connection) {}), errors.ErrCodeUnavailable, "set `PlainHTTP`"},
		"HTTPS":             {r.host, PushOptions{Connection: plain()}, errors.ErrCodeInvalidRequest, "do not set `PlainHTTP`"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Push(t.Context(), Reference{Registry: c.host, Repository: "org/bundle", Tag: "v3"}, a, c.o)
			wantError(t, err, c.code, c.host, c.says)
		})
	}
}
