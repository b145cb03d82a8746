package render

import (
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestNothingIsFetchedToBuild lets a transformer name a server, past everything that looks at a bundle
// before.
func TestNothingIsFetchedToBuild(t *testing.T) {
	asked := make(chan struct{}, 10)
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked <- struct{}{} }))
	defer server.Close()
	_, err := processes(t, Limits{}).Build(t.Context(), ".", map[string][]byte{
		"kustomization.yaml": []byte("resources: [a.yaml]\ntransformers:\n- |\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: p}\n  path: " + server.URL + "/patch.yaml\n"),
		"a.yaml":             []byte("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"),
	})
	if err == nil || len(asked) > 0 {
		t.Errorf("the server is asked %d times: %v", len(asked), err)
	}
}

// TestATerminatedChildTakesNothingWithIt sends one child what a guard of memory sends, while the others
// need the directory that they share.
func TestATerminatedChildTakesNothingWithIt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no SIGTERM")
	}
	p := processes(t, Limits{})
	if result, err := p.Chart(t.Context(), jobOf("apiVersion: v1\nkind: A")); err != nil || result.Err != nil {
		t.Fatal(err, result.Err)
	}
	victim := p.idle[0]
	if err := victim.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_, _ = victim.process.Process.Wait()
	if _, err := os.Stat(p.temp.Path); err != nil {
		t.Errorf("the directory of all children is gone: %v", err)
	}
	result, err := p.Chart(t.Context(), jobOf("apiVersion: v1\nkind: A"))
	if err != nil || result.Err == nil || !strings.Contains(result.Err.Message, "rendering stopped: ") {
		t.Errorf("the chart of the ended child: %v, %v", err, result.Err)
	}
	if result, err := p.Chart(t.Context(), jobOf("apiVersion: v1\nkind: A")); err != nil || result.Err != nil {
		t.Errorf("the next one: %v, %v", err, result.Err)
	}
}
