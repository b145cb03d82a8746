package cli

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/oci"
)

// showAll shows a push with a retry.
func showAll(p *progress) {
	for _, now := range []oci.Progress{
		{Step: "checking tags"},
		{Step: "pushing layer", Total: 4e6},
		{Step: "pushing layer", Total: 4e6, Done: 1e6},
		{Step: "pushing layer", Total: 4e6, Retry: errors.New("the connection failed"), Pause: 520 * time.Millisecond},
		{Step: "pushing layer", Total: 4e6, Done: 4e6},
		{Step: "pushing manifest"},
	} {
		p.show(now)
	}
	_ = p.end(nil)
}

func TestProgress_LinesWhereThereIsNoTerminal(t *testing.T) {
	var out strings.Builder
	showAll(newProgress(&out))
	want := "checking tags\npushing layer (4.0 MB)\npushing layer: trying again in 500ms, because of: the connection failed\npushing manifest\n"
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

func TestProgress_ABarOnATerminal(t *testing.T) {
	var out strings.Builder
	showAll(&progress{out: &out, terminal: true})
	const line = "\r\x1b[K"
	want := line + "pushing layer [                              ] 0 bytes of 4.0 MB" +
		line + "pushing layer [=======                       ] 1.0 MB of 4.0 MB" +
		line + "pushing layer: trying again in 500ms, because of: the connection failed\n" +
		line + "pushing layer [==============================] 4.0 MB of 4.0 MB" + line
	if out.String() != want {
		t.Errorf("got\n%q\nwant\n%q", out.String(), want)
	}
}

// TestRun_AnInterruptedPushSaysHowToGoOn, quickly and with status 1.
func TestRun_AnInterruptedPushSaysHowToGoOn(t *testing.T) {
	dir := t.TempDir()
	bundle := filepath.Join(dir, "b")
	if status, _, stderr := run(t.Context(), "init", filepath.Join(dir, "a")); status != 0 {
		t.Fatal(stderr)
	}
	if status, _, stderr := run(t.Context(), "bundle", "-r", filepath.Join(dir, "a", "recipe.yaml"), "-o", bundle, "--flux-oci-source-name", "x"); status != 0 {
		t.Fatal(stderr)
	}
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	begun := time.Now()
	status, stdout, stderr := run(ctx, "push", bundle, "oci://"+strings.TrimPrefix(server.URL, "http://")+"/x:v1", "--plain-http")
	if status != 1 || stdout != "" || stderr != "checking tags\nError: interrupted; run again to go on: what the registry has is not sent again\n" {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if time.Since(begun) > 5*time.Second {
		t.Errorf("it took %s", time.Since(begun))
	}
}
