package cli

import (
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/rogpeppe/go-internal/testscript"
)

// startRegistry starts a registry and puts its HOST:PORT into $NAME: registry
// NAME [tls|locked]. One with tls writes its certificate to NAME.pem; one that
// is locked wants the user aicr with the password hush.
func startRegistry(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: registry NAME [tls|locked]")
	}
	kind := strings.Join(args[1:], " ")
	asked := &requestLog{Handler: registry.New(registry.Logger(log.New(io.Discard, "", 0)))}
	var server *httptest.Server
	switch kind {
	case "":
		server = httptest.NewServer(asked)
	case "locked":
		server = httptest.NewServer(locked(asked))
	case "tls":
		server = httptest.NewUnstartedServer(asked)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pem"), certificate, 0o600))
	default:
		ts.Fatalf("there is no registry of the kind %q", kind)
	}
	ts.Defer(server.Close)
	_, host, _ := strings.Cut(server.URL, "://")
	ts.Setenv(args[0], host)
	logs.Store(host, asked)
	ts.Defer(func() { logs.Delete(host) })
}

// logs has the requests of each running registry; a script command gets
// nothing else than its script.
var logs sync.Map

// requestLog notes what a registry is asked.
type requestLog struct {
	http.Handler
	mu   sync.Mutex
	seen []string
}

func (l *requestLog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	l.seen = append(l.seen, r.Method+" "+r.URL.Path)
	l.mu.Unlock()
	l.Handler.ServeHTTP(w, r)
}

func locked(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user == "aicr" && password == "hush" {
			h.ServeHTTP(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
}

// requests prints what the registry at HOST:PORT was asked since the last time.
func requests(ts *testscript.TestScript, _ bool, args []string) {
	found, ok := logs.Load(strings.Join(args, " "))
	if !ok {
		ts.Fatalf("usage: requests HOST:PORT")
	}
	l, _ := found.(*requestLog)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.seen {
		_, _ = fmt.Fprintln(ts.Stdout(), line)
	}
	_, _ = io.WriteString(ts.Stdout(), "")
	l.seen = nil
}

// What differs from run to run, or with the version of Go.
var masks = []struct {
	what *regexp.Regexp
	mask string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "REGISTRY"},
	{regexp.MustCompile(`sha256:[0-9a-f]{64}`), "sha256:DIGEST"},
	{regexp.MustCompile(`sha256-[0-9a-f]{12}`), "sha256-HASH"},
	{regexp.MustCompile(`[0-9.]+ (bytes|[kM]B)`), "SIZE"},
}

// mask makes the output of the last command fit for cmp.
func mask(ts *testscript.TestScript, _ bool, _ []string) {
	for name, to := range map[string]io.Writer{"stdout": ts.Stdout(), "stderr": ts.Stderr()} {
		text := ts.ReadFile(name)
		for _, m := range masks {
			text = m.what.ReplaceAllString(text, m.mask)
		}
		_, _ = io.WriteString(to, text)
	}
}
