package helmchart

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
	"sync"
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

func operator(t testing.TB) *Chart {
	t.Helper()
	c, err := FromDir(archiveFS(t, "operator"), "chart")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func install() Install {
	return Install{Release: "gpu", Namespace: "nvidia", Values: map[string]any{"replicas": 2.0}}
}

func TestRenderWhatHelmWouldSend(t *testing.T) {
	in := install()
	in.APIVersions = []string{"example.com/v1"}
	manifests, err := Render(t.Context(), operator(t), in)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, m := range manifests {
		fmt.Fprintf(&got, "# template=%s hook=%t crd=%t\n%s\n%v\n", m.Template, m.Hook, m.CRD, strings.TrimSpace(m.Text), m.Object)
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

// TestRenderLeavesChartAndValues renders one chart many times at once: Helm changes charts and values, and a release
// must not see what another one did. The race detector looks on.
func TestRenderLeavesChartAndValues(t *testing.T) {
	c := operator(t)
	values := map[string]any{"replicas": 2.0, "nfd": map[string]any{"port": 1.0}}
	first, err := Render(t.Context(), c, Install{Release: "a", Namespace: "b", Values: values})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			again, err := Render(t.Context(), c, Install{Release: "a", Namespace: "b", Values: values})
			if diff := cmp.Diff(first, again); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
		})
	}
	group.Wait()
	off, err := Render(t.Context(), c, Install{Release: "a", Namespace: "b", Values: map[string]any{"nfd": map[string]any{"enabled": false}}})
	if err != nil || len(off) != len(first)-2 {
		t.Errorf("without the inner chart: %d manifests, %v; want 2 fewer than %d", len(off), err, len(first))
	}
	if diff := cmp.Diff(map[string]any{"replicas": 2.0, "nfd": map[string]any{"port": 1.0}}, values); diff != "" {
		t.Errorf("the values were changed: %s", diff)
	}
}

// TestNumbersOfValues: helm-controller decodes values as JSON, and what a template makes of a large number shows it.
func TestNumbersOfValues(t *testing.T) {
	c := chartOf(t, map[string]string{"templates/a.yaml": "apiVersion: v1\nkind: A\nspec: {{ list .Values.a .Values.b (.Values.a | int) | toJson }}\nlist: {{ .Values.a }}"})
	manifests, err := Render(t.Context(), c, Install{Values: map[string]any{"a": int64(1000650000), "b": []any{7, uint64(8)}}})
	if err != nil {
		t.Fatal(err)
	}
	if want := "spec: [1000650000,[7,8],1000650000]\nlist: 1.00065e+09"; !strings.HasSuffix(manifests[0].Text, want) {
		t.Errorf("got %s", manifests[0].Text)
	}
}

func TestVersionOfAnArtifact(t *testing.T) {
	c := operator(t).WithVersion("1.2.3+0123456789ab")
	manifests, err := Render(t.Context(), c, install())
	if err != nil {
		t.Fatal(err)
	}
	if c.Version != "1.2.3+0123456789ab" || len(manifests) != 7 {
		t.Errorf("version %s, %d manifests", c.Version, len(manifests))
	}
}

func TestRenderEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Render(ctx, operator(t), install()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func BenchmarkRender(b *testing.B) {
	c := operator(b)
	for b.Loop() {
		if _, err := Render(b.Context(), c, install()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFromDir(b *testing.B) {
	fsys := archiveFS(b, "operator")
	for b.Loop() {
		if _, err := FromDir(fsys, "chart"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLint(b *testing.B) {
	c := operator(b)
	for b.Loop() {
		if got := Lint(c); len(got) > 0 {
			b.Fatal(got)
		}
	}
}
