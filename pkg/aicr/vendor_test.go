package aicr_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/chartpull"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/test/prooftest"
)

// webChart packs a chart named web, in which a template writes what it sees.
func webChart(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for _, f := range [][2]string{
		{"Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.2.3\n"},
		{"values.yaml", "greeting: hi\n"},
		{"templates/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n  greeting: {{ .Values.greeting | quote }}\n"},
	} {
		if err := w.WriteHeader(&tar.Header{Name: "web/" + f[0], Mode: 0o644, Size: int64(len(f[1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// startCharts starts a chart repository with web 1.2.3, and returns its URL and
// the agents that asked it.
func startCharts(t *testing.T) (url string, agents func() []string) {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HELM_CONFIG_HOME", t.TempDir())
	tgz := webChart(t)
	var mu sync.Mutex
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, r.UserAgent())
		switch r.URL.Path {
		case "/index.yaml":
			fmt.Fprint(w, "apiVersion: v1\nentries:\n  web:\n  - apiVersion: v2\n    name: web\n    version: 1.2.3\n    urls: [web-1.2.3.tgz]\n")
		case "/web-1.2.3.tgz":
			w.Write(tgz)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string {
		mu.Lock()
		defer mu.Unlock()
		defer func() { seen = nil }()
		return seen
	}
}

// vendored returns the options of a recipe with two components of one chart,
// one of them with manifests.
func vendored(t *testing.T, url string) aicr.BundleOptions {
	t.Helper()
	component := "- name: %s\n  namespace: %s\n  source: " + url + "\n  chart: web\n  version: v1.2.3\n%s"
	o := options(tree(t, map[string]string{
		"recipe.yaml": "componentRefs:\n" + fmt.Sprintf(component, "a", "a", "  overrides: {greeting: hello, other: x}\n") +
			fmt.Sprintf(component, "b", "b", "  manifestFiles: [m.yaml]\n  preManifestFiles: [m.yaml]\n"),
		"m.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n",
	}))
	o.VendorCharts, o.DynamicValues = true, dynamic("a:other", "b:new")
	return o
}

// TestVendor_BundlesAreSound in Git and in OCI mode, with the values where the
// chart reads them, and the second one without a request.
func TestVendor_BundlesAreSound(t *testing.T) {
	url, agents := startCharts(t)
	for _, source := range []string{"", "aicr-bundle"} {
		o := vendored(t, url)
		o.OCISourceName = source
		o.Version = "v1"
		bundle(t, o)
		report := prooftest.Check(t, os.DirFS(o.Output))
		greetings := map[string]any{}
		for _, c := range report.Charts {
			for _, m := range c.Manifests {
				if data, ok := m.Object()["data"].(map[string]any); ok {
					greetings[c.Release] = data["greeting"]
				}
			}
		}
		if diff := cmp.Diff(map[string]any{"a": "hello", "b": "hi"}, greetings); diff != "" {
			t.Errorf("source %q: %s", source, diff)
		}
		asked := agents()
		switch {
		case source != "" && len(asked) > 0:
			t.Errorf("the second run asked %d times", len(asked))
		case source == "" && (len(asked) < 2 || slices.ContainsFunc(asked, func(a string) bool { return a != "aicr/v1" })):
			t.Errorf("asked by %q", asked)
		}
	}
}

// stub is a puller of one chart, which counts.
type stub struct {
	tgz   []byte
	calls atomic.Int64
}

func (p *stub) Pull(context.Context, localformat.Component) (tgz []byte, rec localformat.VendorRecord, tarball string, err error) {
	p.calls.Add(1)
	return p.tgz, localformat.VendorRecord{PullerVersion: "stub"}, "web-1.2.3.tgz", nil
}

// TestVendor_ThePullerOfAProgramWins over what the options say.
func TestVendor_ThePullerOfAProgramWins(t *testing.T) {
	url, agents := startCharts(t)
	p := &stub{tgz: webChart(t)}
	o := vendored(t, url)
	o.ChartPull.HelmBin, o.ChartPull.Offline, o.Puller = "/there/is/no/helm", true, p
	bundle(t, o)
	if p.calls.Load() != 2 || len(agents()) > 0 {
		t.Errorf("it is called %d times", p.calls.Load())
	}
}

func TestVendor_TheOptionsChooseThePuller(t *testing.T) {
	o := vendored(t, "https://charts.example.com")
	g, _ := resolve(t, o)
	puller, ok := g.Puller.(*chartpull.Puller)
	if !ok || g.Jobs != config.DefaultJobs || puller.ChartPull != (config.ChartPull{}) || puller.UserAgent != "aicr" {
		t.Errorf("%T with %d jobs", g.Puller, g.Jobs)
	}
	o.ChartPull = config.ChartPull{NoCache: true, Jobs: 3, HelmBin: "/opt/helm", ChartPlainHTTP: true}
	g, _ = resolve(t, o)
	if puller, ok = g.Puller.(*chartpull.Puller); !ok || g.Jobs != 3 || puller.ChartPull != o.ChartPull {
		t.Errorf("%T with %d jobs", g.Puller, g.Jobs)
	}
}

// TestVendor_TheLockHoldsBeforeAnythingIsWritten, and it may be a pipe, which
// can be read once.
func TestVendor_TheLockHoldsBeforeAnythingIsWritten(t *testing.T) {
	url, _ := startCharts(t)
	o := vendored(t, url)
	bundle(t, o)
	before := contents(t, o.Output)
	o.VerifyProvenance = filepath.Join(o.Output, "provenance.yaml")
	o.Set = set("a:greeting=new")
	bundle(t, o)
	after := contents(t, o.Output)
	if before["provenance.yaml"] != after["provenance.yaml"] || before["a/helmrelease.yaml"] == after["a/helmrelease.yaml"] {
		t.Error("the second run is not the one that was asked for")
	}

	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err = w.WriteString(after["provenance.yaml"]); err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	pipe := fmt.Sprintf("/dev/fd/%d", r.Fd())
	if _, err := os.Stat(pipe); err == nil {
		o.VerifyProvenance = pipe
		bundle(t, o)
	}

	o.VerifyProvenance = filepath.Join(o.Output, "provenance.yaml")
	o.Set = set("a:greeting=newer")
	o.Puller = &stub{tgz: append(webChart(t), webChart(t)...)}
	_, err = aicr.Bundle(t.Context(), o)
	if errors.CodeOf(err) != errors.ErrCodeUnauthorized || !strings.Contains(err.Error(), `component "a"`) || !strings.Contains(err.Error(), `component "b"`) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(after, contents(t, o.Output)); diff != "" {
		t.Error(diff)
	}
}

// TestVendor_ContradictionsAreRefused together.
func TestVendor_ContradictionsAreRefused(t *testing.T) {
	o := vendored(t, "https://charts.example.com")
	o.ChartPull = config.ChartPull{NoCache: true, Offline: true, Jobs: -2}
	refused(t, o, errors.ErrCodeInvalidRequest, "`Jobs` is -2: ", "`Offline` reads only the cache")
	o = aicr.BundleOptions{Recipe: o.Recipe, Output: o.Output, VerifyProvenance: "p"}
	o.ChartPull = config.ChartPull{HelmBin: "helm", Jobs: 1, NoCache: true, ChartCAFile: filepath.Join(t.TempDir(), "none"), ChartPlainHTTP: true}
	refused(t, o, errors.ErrCodeInvalidRequest, "`HelmBin` is about", "`Jobs` is about", "`NoCache` is about", "`VerifyProvenance` is about",
		"`ChartCAFile` is about", "`ChartPlainHTTP` is about", "(`ChartCAFile`) does not exist")
}

// TestVendor_ProgressIsTold for each chart.
func TestVendor_ProgressIsTold(t *testing.T) {
	url, _ := startCharts(t)
	var mu sync.Mutex
	steps := map[string]int{}
	o := vendored(t, url)
	o.ChartPull.NoCache = true
	o.ChartProgress = func(p chartpull.Progress) {
		mu.Lock()
		defer mu.Unlock()
		steps[p.Step]++
	}
	bundle(t, o)
	if diff := cmp.Diff(map[string]int{"pulling": 2, "pulled": 2}, steps); diff != "" {
		t.Error(diff)
	}
}
