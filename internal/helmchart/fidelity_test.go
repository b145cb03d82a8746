package helmchart

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"

	"github.com/aicr-flux/aicr/internal/corpus"
)

// TestRendersAsHelmDoes holds what comes out of the instrumented templates against what Helm's engine makes of the same
// ones untouched: for all charts that Helm tests itself with, and for the manifests of the corpus.
func TestRendersAsHelmDoes(t *testing.T) {
	compared := 0
	eachOfHelm(t, func(c *Chart, name string) {
		if sameAsHelm(t, c, name) {
			compared++
		}
	})
	if compared < 50 {
		t.Errorf("only %d charts of Helm are compared", compared)
	}
}

// eachOfHelm loads the charts that Helm tests itself with, as far as they can be.
func eachOfHelm(t *testing.T, do func(c *Chart, name string)) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "helm.sh/helm/v4").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	helm := os.DirFS(strings.TrimSpace(string(out)))
	err = fs.WalkDir(helm, ".", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || path.Base(file) != "Chart.yaml" {
			return err
		}
		if c, err := FromDir(helm, path.Dir(file)); err == nil {
			do(c, path.Dir(file))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRendersTheCorpusAsHelmDoes(t *testing.T) {
	if corpus.Root() == "" {
		t.Skip("corpus: SKIPPED, there is none")
	}
	data := os.DirFS(filepath.Join(corpus.Root(), "data", "components"))
	err := fs.WalkDir(data, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Base(path.Dir(file)) != "manifests" {
			return err
		}
		text, err := fs.ReadFile(data, file)
		if err != nil {
			return err
		}
		sameAsHelm(t, chartOf(t, map[string]string{"templates/" + path.Base(file): string(text)}), file)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// sameAsHelm reports whether Helm renders the chart.
func sameAsHelm(t *testing.T, c *Chart, name string) bool {
	t.Helper()
	render := func(e engine.Engine, prepare func(*chartv2.Chart)) (map[string]string, error) {
		loaded, err := c.load()
		if err != nil {
			return nil, err
		}
		if err := chartutil.ProcessDependencies(loaded, map[string]any{}); err != nil {
			return nil, err
		}
		top, err := commonutil.ToRenderValuesWithSchemaValidation(loaded, map[string]any{}, common.ReleaseOptions{Name: "a", Namespace: "b", IsInstall: true}, nil, true)
		if err != nil {
			return nil, err
		}
		prepare(loaded)
		return e.RenderWithContext(context.Background(), loaded, top)
	}
	// What is random cannot be compared.
	fixed := template.FuncMap{"randAlphaNum": func(n int) string { return strings.Repeat("x", n) }, "randAlpha": func(n int) string { return strings.Repeat("y", n) }}
	ours := newGuard(t.Context(), maxHeap).funcs()
	maps.Copy(ours, fixed)
	want, err := render(engine.Engine{CustomTemplateFuncs: fixed}, func(*chartv2.Chart) {})
	got, newErr := render(engine.Engine{CustomTemplateFuncs: ours}, bounded)
	if (err == nil) != (newErr == nil) {
		t.Errorf("%s: Helm says %v, and here it is %v", name, err, newErr)
	}
	if diff := cmp.Diff(want, got); err == nil && diff != "" {
		t.Errorf("%s (-Helm +here): %s", name, diff)
	}
	return err == nil && len(want) > 0
}
