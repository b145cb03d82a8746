package aicr_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/internal/render"
	"github.com/aicr-flux/aicr/pkg/aicr"
	files "github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// TestABundleThatWouldNotRollOutIsNotWritten gives the proof of a run what
// no recipe should ever give it.
func TestABundleThatWouldNotRollOutIsNotWritten(t *testing.T) {
	recipe := filepath.Join(t.TempDir(), "recipe.yaml")
	if err := os.WriteFile(recipe, []byte("componentRefs:\n- {name: a, namespace: a, chart: a, version: 1.0.0, source: 'https://charts.example.com', overrides: {b: 1}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	made, err := aicr.Make(t.Context(), aicr.BundleOptions{Recipe: recipe})
	if err != nil {
		t.Fatal(err)
	}
	good := made.Files
	if _, err := aicr.ProveFlux(t.Context(), made, verify.Options{Quick: true}); err != nil {
		t.Errorf("a good bundle: %v", err)
	}
	bad := &files.Files{}
	for file := range good.All() {
		data := strings.Replace(string(file.Data), "\nspec:\n", "\nspec:\n  dependsOn:\n    - name: nobody\n    - name: nothing\n", 1)
		file.Data = []byte(data)
		if err := bad.AddFile(file); err != nil {
			t.Fatal(err)
		}
	}
	read, err := rollout.Read(t.Context(), bad.FS(), rollout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = aicr.ProveFlux(t.Context(), &deployer.Bundle{Files: bad, Rollout: read}, verify.Options{Quick: true})
	if errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"is not written", "a/helmrelease.yaml:", "dependency-missing", "HelmRelease flux-system/nobody", "HelmRelease flux-system/nothing"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error lacks %q:\n%v", want, err)
		}
	}
}

// A reader of YAML ends at a thousand levels, and the values gain two of them in a
// HelmRelease.
func TestValuesThatNobodyReadsAreNotWritten(t *testing.T) {
	dir := t.TempDir()
	deep := strings.Repeat("[", 998) + strings.Repeat("]", 998)
	recipe, out := filepath.Join(dir, "recipe.json"), filepath.Join(dir, "out")
	text := `{"componentRefs": [{"name": "a", "namespace": "a", "chart": "a", "version": "1.0.0", "source": "https://charts.example.com", "valuesFile": "values.json"}]}`
	for file, text := range map[string]string{recipe: text, filepath.Join(dir, "values.json"): `{"a": ` + deep + `}`} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := aicr.Bundle(t.Context(), aicr.BundleOptions{Recipe: recipe, Output: out})
	if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "deeper than") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("something was written")
	}
}

func TestVerifyADirectory(t *testing.T) {
	for source, code := range map[string]errors.ErrorCode{
		filepath.Join(t.TempDir(), "none"): errors.ErrCodeNotFound,
		"verify_test.go":                   errors.ErrCodeInvalidRequest,
		t.TempDir():                        errors.ErrCodeInvalidRequest,
		"oci://registry.example.com":       errors.ErrCodeInvalidRequest,
	} {
		if _, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: source}); errors.CodeOf(err) != code {
			t.Errorf("%s: %v, want %s", source, err, code)
		}
	}
}

// TestAManifestThatDoesNotRenderIsWarnedOf: the charts in the bundle are looked at before it is written,
// and --check-charts, which is a proof of all charts, refuses.
func TestAManifestThatDoesNotRenderIsWarnedOf(t *testing.T) {
	dir := t.TempDir()
	recipe, out := filepath.Join(dir, "recipe.yaml"), filepath.Join(dir, "out")
	for file, text := range map[string]string{
		recipe:                          "componentRefs:\n- {name: a, namespace: a, manifestFiles: [rbac.yaml]}\n",
		filepath.Join(dir, "rbac.yaml"): "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {{ (index .Values \"a\").account.name }}\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	made, err := aicr.Bundle(t.Context(), aicr.BundleOptions{Recipe: recipe, Output: out})
	if err != nil {
		t.Fatal(err)
	}
	if warnings := strings.Join(made.Warnings, "\n"); !strings.Contains(warnings, "templates/rbac.yaml:4: ") || !strings.Contains(warnings, "(chart-render)") {
		t.Errorf("the warnings are\n%s", warnings)
	}
	_, err = aicr.Bundle(t.Context(), aicr.BundleOptions{Recipe: recipe, Output: out, CheckCharts: true})
	if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "chart-render") {
		t.Errorf("with a proof of all charts: %v", err)
	}
}

// broken is a Renderer on a system that starts no process.
type broken struct{ render.InProcess }

func (broken) Chart(context.Context, render.ChartJob) (render.ChartResult, error) {
	return render.ChartResult{}, errors.New(errors.ErrCodeInternal, "no process can be started")
}

// TestABundleIsMadeWhereNothingCanBeRendered, as it was asked for and needs no chart.
func TestABundleIsMadeWhereNothingCanBeRendered(t *testing.T) {
	dir := t.TempDir()
	recipe, out := filepath.Join(dir, "recipe.yaml"), filepath.Join(dir, "out")
	for file, text := range map[string]string{
		recipe:                       "componentRefs:\n- {name: a, namespace: a, manifestFiles: [m.yaml]}\n",
		filepath.Join(dir, "m.yaml"): "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	made, err := aicr.Bundle(t.Context(), aicr.BundleOptions{Recipe: recipe, Output: out, Renderer: broken{}})
	if err != nil {
		t.Fatal(err)
	}
	if warnings := strings.Join(made.Warnings, "\n"); !strings.Contains(warnings, "the charts in the bundle were not looked at: ") || !strings.Contains(warnings, "no process can be started") {
		t.Errorf("the warnings are\n%s", warnings)
	}
	if _, err := aicr.Bundle(t.Context(), aicr.BundleOptions{Recipe: recipe, Output: out, Renderer: broken{}, CheckCharts: true}); errors.CodeOf(err) != errors.ErrCodeInternal {
		t.Errorf("with a proof of all charts: %v", err)
	}
}
