package cli

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aicr-flux/aicr/pkg/chartpull"
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

// showCharts shows the vendoring of two charts, one of them after a retry.
func showCharts(p *progress) {
	for _, now := range []chartpull.Progress{
		{Step: "cached", Chart: "chart a 1.0.0"},
		{Step: "pulling", Chart: "chart b 2.0.0"},
		{Step: "pulling", Chart: "chart b 2.0.0", Retry: errors.New("the connection failed"), Pause: 520 * time.Millisecond},
		{Step: "pulled", Chart: "chart b 2.0.0", Warning: errors.New("the cache is full")},
	} {
		p.chart(now)
	}
	_ = p.end(nil)
}

func TestProgress_ALineForEachChart(t *testing.T) {
	var out strings.Builder
	showCharts(newProgress(&out))
	want := "chart a 1.0.0 is in the cache\npulling chart b 2.0.0\n" +
		"pulling chart b 2.0.0: trying again in 500ms, because of: the connection failed\nWarning: the cache is full\n"
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

func TestProgress_ChartsAreCountedOnATerminal(t *testing.T) {
	var out strings.Builder
	showCharts(&progress{out: &out, terminal: true})
	const line = "\r\x1b[K"
	want := line + "charts: 0 pulled, 0 on the way, 1 from the cache" +
		line + "charts: 0 pulled, 1 on the way, 1 from the cache" +
		line + "pulling chart b 2.0.0: trying again in 500ms, because of: the connection failed\n" +
		"Warning: the cache is full\n" +
		line + "charts: 1 pulled, 0 on the way, 1 from the cache" + line
	if out.String() != want {
		t.Errorf("got\n%q\nwant\n%q", out.String(), want)
	}
}

// TestRun_AnInterruptedPullChangesNothing, and says so.
func TestRun_AnInterruptedPullChangesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	recipe, bundle := filepath.Join(dir, "recipe.yaml"), filepath.Join(dir, "b")
	if err := os.WriteFile(recipe, []byte("componentRefs:\n- {name: web, namespace: web, version: 1.2.3, source: '"+server.URL+"'}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := run(ctx, "bundle", "-r", recipe, "-o", bundle, "--vendor-charts")
	if status != 1 || stdout != "" || stderr != "pulling chart web 1.2.3\nError: interrupted; nothing was changed\n" {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	if _, err := os.Stat(bundle); !os.IsNotExist(err) {
		t.Errorf("the output directory is there: %v", err)
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
