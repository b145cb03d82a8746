package chart

import (
	"fmt"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// archiveFS returns the files of testdata/<name>.txtar.
func archiveFS(t testing.TB, name string) fstest.MapFS {
	t.Helper()
	a, err := txtar.ParseFile(path.Join("testdata", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, f := range a.Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return fsys
}

func operator(t testing.TB) *Loaded {
	t.Helper()
	p, err := FromDir(t.Context(), archiveFS(t, "operator"), "chart")
	if err != nil {
		t.Fatal(err)
	}
	c, failure := Load(p)
	if failure != nil {
		t.Fatal(failure)
	}
	return c
}

func install() Install {
	return Install{Release: "gpu", Namespace: "nvidia", Values: []byte(`{"replicas": 2}`)}
}

func TestInstallGivesWhatHelmWouldSend(t *testing.T) {
	in := install()
	in.APIVersions = []string{"example.com/v1"}
	manifests := installed(t, operator(t), in)
	var got strings.Builder
	for _, m := range manifests {
		fmt.Fprintf(&got, "# template=%s hook=%t crd=%t\n%v\n", m.Template, m.Hook, m.CRD, m.Object())
	}
	golden(t, "operator.golden", got.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := path.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// TestInstallLeavesTheChart installs one chart several times: Helm changes charts, and a release
// must not see what another one did.
func TestInstallLeavesTheChart(t *testing.T) {
	c, in := operator(t), Install{Release: "a", Namespace: "b", Values: []byte(`{"replicas": 2, "nfd": {"port": 1}}`)}
	first := installed(t, c, in)
	off := installed(t, c, Install{Release: "a", Namespace: "b", Values: []byte(`{"nfd": {"enabled": false}}`)})
	if len(off) != len(first)-2 {
		t.Errorf("without the inner chart: %d manifests; want 2 fewer than %d", len(off), len(first))
	}
	if diff := cmp.Diff(first, installed(t, c, in)); diff != "" {
		t.Error(diff)
	}
}

func installed(t testing.TB, c *Loaded, in Install) []Manifest {
	t.Helper()
	manifests, errs := c.Install(t.Context(), in)
	if errs != nil {
		t.Fatal(errs)
	}
	return manifests
}

// TestNumbersOfValues: helm-controller decodes values as JSON, and what a template makes of a large
// number shows it.
func TestNumbersOfValues(t *testing.T) {
	c := chartOf(t, map[string]string{"templates/a.yaml": "apiVersion: v1\nkind: A\nspec: {{ list .Values.a .Values.b (.Values.a | int) | toJson }}\ntext: '{{ .Values.a }}'"})
	manifests := installed(t, c, Install{Values: []byte(`{"a": 1000650000, "b": [7, 8]}`)})
	want := map[string]any{
		"apiVersion": "v1", "kind": "A", "spec": []any{int64(1000650000), []any{int64(7), int64(8)}, int64(1000650000)}, "text": "1.00065e+09",
	}
	if diff := cmp.Diff(want, manifests[0].Object()); diff != "" {
		t.Error(diff)
	}
	if _, errs := c.Install(t.Context(), Install{Values: []byte("[]")}); len(errs) != 1 || errs[0].Kind != KindValues {
		t.Errorf("a list: %v", errs)
	}
}

func TestVersionOfAnArtifact(t *testing.T) {
	for version, want := range map[string]string{"1.2.3": "1.2.3+0123456789ab", "v1.2": "1.2.0+0123456789ab", "1.2.3+x": "1.2.3+0123456789ab"} {
		files := map[string][]byte{
			"Chart.yaml":       []byte("apiVersion: v2\nname: c\nversion: " + version + "\n"),
			"templates/a.yaml": []byte("apiVersion: v1\nkind: A\nversion: {{ .Chart.Version }}"),
		}
		c, err := Load(Package{Files: files, Digest: "0123456789abcdef"})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got := installed(t, c, install())[0].Object()["version"]; got != want || c.Version != want {
				t.Errorf("templates of %s see %v, and the chart has %s", version, got, c.Version)
			}
		}
	}
}

func TestKubernetesVersion(t *testing.T) {
	for _, test := range []struct {
		wants string
		in    Install
		seen  string // "" where the chart is refused
	}{
		{"", Install{}, DefaultKubeVersion},
		{"", Install{KubeVersion: "v1.30.1"}, "v1.30.1"},
		{"<1.30.0-0", Install{}, ""},
		{"<1.30.0-0", Install{AnyKubeVersion: true}, "v1.29.0"},
		{">=1.28.0-0", Install{AnyKubeVersion: true}, DefaultKubeVersion},
		{"<1.0.0", Install{AnyKubeVersion: true}, ""},
		{"", Install{KubeVersion: "newest"}, ""},
	} {
		c := chartOf(t, map[string]string{
			"Chart.yaml":       chartYAML + "kubeVersion: \"" + test.wants + "\"\n",
			"templates/a.yaml": "apiVersion: v1\nkind: A\nversion: {{ .Capabilities.KubeVersion }}",
		})
		manifests, errs := c.Install(t.Context(), test.in)
		switch {
		case test.seen == "" && len(errs) == 1 && errs[0].Kind == KindChart:
		case errs != nil || test.seen == "":
			t.Errorf("%+v: %v", test, errs)
		case manifests[0].Object()["version"] != test.seen:
			t.Errorf("%+v: templates see %v", test, manifests[0].Object()["version"])
		}
	}
	if CheckKubeVersion("") != nil || CheckKubeVersion("newest") == nil {
		t.Error("an invalid version passes, or the default does not")
	}
}

// TestTooMuchOutput: a chart renders 64 MiB at most.
func TestTooMuchOutput(t *testing.T) {
	c := chartOf(t, map[string]string{"templates/a.yaml": "{{ repeat 65 (repeat 1048576 \"x\") }}"})
	if _, errs := c.Install(t.Context(), install()); len(errs) != 1 || errs[0].Kind != KindLimit {
		t.Errorf("got %.300v", errs)
	}
}

func BenchmarkInstall(b *testing.B) {
	c := operator(b)
	for b.Loop() {
		installed(b, c, install())
	}
}
