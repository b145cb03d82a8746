package flux_test

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/prooftest"
)

// manifestOf is a rendered document.
type manifestOf = chart.Manifest

const repoURL = "https://git.example.com/org/repo.git"

// manifest is a template that reads no values.
const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  a: b\n"

// reading is a template that reads the values of component gpu.
const reading = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: reading\ndata:\n  all: {{ index .Values \"gpu\" | toJson | quote }}\n"

// chartRef is a component with an upstream chart.
func chartRef(name string, needs ...string) recipe.ComponentRef {
	return recipe.ComponentRef{
		Name: name, Namespace: name + "-system", Source: "https://charts.example.com/stable", Version: "v1.2.3", DependencyRefs: needs,
	}
}

// manifestRef is a manifest-only component.
func manifestRef(name string, needs ...string) recipe.ComponentRef {
	return recipe.ComponentRef{Name: name, Namespace: name + "-system", DependencyRefs: needs}
}

func newGenerator(refs ...recipe.ComponentRef) *flux.Generator {
	return &flux.Generator{
		RecipeResult: &recipe.RecipeResult{ComponentRefs: refs}, Version: "v1.0.0", RepoURL: repoURL, IncludeChecksums: true,
		ComponentValues: map[string]map[string]any{}, ComponentManifests: map[string]map[string][]byte{},
		ComponentPreManifests: map[string]map[string][]byte{}, DynamicValues: map[string][]string{},
		SecretValues: map[string][]deployer.SecretValue{},
	}
}

func manifests(pairs ...string) map[string][]byte {
	files := map[string][]byte{}
	for i := 0; i < len(pairs); i += 2 {
		files[pairs[i]] = []byte(pairs[i+1])
	}
	return files
}

// inOCI is the generator in OCI mode.
func inOCI(g *flux.Generator) *flux.Generator {
	other := *g
	other.RepoURL, other.TargetRevision, other.RepoPath, other.RepoSecret, other.GitSourceName = "", "", "", "", ""
	other.OCISourceName = "aicr-bundle"
	return &other
}

// inGraph is the generator in graph order.
func inGraph(g *flux.Generator) *flux.Generator {
	other := *g
	other.Ordering = flux.OrderGraph
	return &other
}

func mustPlan(tb testing.TB, g *flux.Generator) *flux.Plan {
	tb.Helper()
	plan, err := g.Plan(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return plan
}

// render plans and renders without a disk.
func render(tb testing.TB, g *flux.Generator) (*flux.Plan, fstest.MapFS) {
	tb.Helper()
	plan := mustPlan(tb, g)
	files, err := plan.Render()
	if err != nil {
		tb.Fatal(err)
	}
	return plan, mapFS(files)
}

func mapFS(files *bundle.Files) fstest.MapFS {
	fsys := fstest.MapFS{}
	for f := range files.All() {
		fsys[f.Path] = &fstest.MapFile{Data: f.Data, Mode: 0o644}
	}
	return fsys
}

// proved renders and lets the field's own parts judge the bundle.
func proved(tb testing.TB, g *flux.Generator) (*flux.Plan, fstest.MapFS, prooftest.Report) {
	tb.Helper()
	plan, fsys := render(tb, g)
	return plan, fsys, prooftest.Check(tb, fsys, externals(g)...)
}

// externals are what the bundle refers to and the cluster has.
func externals(g *flux.Generator) []string {
	if g.GitSourceName == "" {
		return nil
	}
	return []string{"GitRepository " + cmp.Or(g.Namespace, config.DefaultFluxNamespace) + "/" + g.GitSourceName}
}

// readAs decodes a file of the bundle into a type of the field.
func readAs[T any](tb testing.TB, fsys fs.FS, name string) *T {
	tb.Helper()
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		tb.Fatal(err)
	}
	v := new(T)
	if err := yaml.UnmarshalStrict(data, v); err != nil {
		tb.Fatalf("%s: %v\n%s", name, err, data)
	}
	return v
}

func helmRelease(tb testing.TB, fsys fs.FS, name string) *helmv2.HelmRelease {
	tb.Helper()
	return readAs[helmv2.HelmRelease](tb, fsys, name+"/helmrelease.yaml")
}

// needs are the names that a release waits for.
func needs(hr *helmv2.HelmRelease) []string {
	names := []string{}
	for _, d := range hr.Spec.DependsOn {
		names = append(names, d.Name)
	}
	return names
}

// refuses checks that planning or rendering stops with an invalid request that
// holds all words.
func refuses(t *testing.T, g *flux.Generator, words ...string) {
	t.Helper()
	plan, err := g.Plan(t.Context())
	if err == nil {
		_, err = plan.Render()
	}
	wantInvalid(t, err, words...)
}

func wantInvalid(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("passes, want an invalid request with %q", words)
	}
	if code := errors.CodeOf(err); code != errors.ErrCodeInvalidRequest {
		t.Errorf("%v has the code %s", err, code)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("the message lacks %q:\n%v", w, err)
		}
	}
}

func hasWarning(warnings []string, words ...string) bool {
	return slices.ContainsFunc(warnings, func(w string) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(w, word) })
	})
}

// tree reads everything below dir.
func tree(tb testing.TB, dir string) map[string]string {
	tb.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path.Join(dir, name))
		files[name] = string(data)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

// packChart packs files as Helm packs a chart.
func packChart(tb testing.TB, name string, files map[string]string) []byte {
	tb.Helper()
	return pack(tb, gzip.DefaultCompression, name, files)
}

func pack(tb testing.TB, level int, name string, files map[string]string) []byte {
	tb.Helper()
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, level)
	if err != nil {
		tb.Fatal(err)
	}
	archive := tar.NewWriter(z)
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if err := archive.WriteHeader(&tar.Header{Name: name + "/" + file, Mode: 0o644, Size: int64(len(files[file]))}); err != nil {
			tb.Fatal(err)
		}
		if _, err := archive.Write([]byte(files[file])); err != nil {
			tb.Fatal(err)
		}
	}
	for _, c := range []interface{ Close() error }{archive, z} {
		if err := c.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	return buf.Bytes()
}

// stubPuller brings small real charts that write their values into a
// ConfigMap.
type stubPuller struct{ tb testing.TB }

func (p stubPuller) Pull(_ context.Context, c localformat.Component) (tgz []byte, rec localformat.VendorRecord, tarball string, err error) {
	version := strings.TrimPrefix(c.Version, "v")
	// Not compressed: the bytes of a golden bundle outlive a version of Go.
	tgz = pack(p.tb, gzip.NoCompression, c.ChartName, map[string]string{
		"Chart.yaml":             "apiVersion: v2\nname: " + c.ChartName + "\nversion: " + version + "\n",
		"values.yaml":            "own: default\n",
		"templates/content.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  values: {{ .Values | toJson | quote }}\n",
	})
	return tgz, localformat.VendorRecord{PullerVersion: "stub 1"}, c.ChartName + "-" + version + ".tgz", nil
}
