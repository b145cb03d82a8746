package chart

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLintSaysWhatHelmLintSays: the rules and their words are Helm's own.
func TestLintSaysWhatHelmLintSays(t *testing.T) {
	const crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\n"
	inside := "apiVersion: v2\nname: d\nversion: 1.0.0\n"
	for name, test := range map[string]struct {
		chart string
		files map[string]string
		want  []Message
	}{
		"nothing":         {chart: chartYAML},
		"an object twice": {chart: chartYAML, files: map[string]string{"crds/a.yaml": crd + "---\n" + crd, "values.yaml": "a: 1"}},
		"a number": {
			chart: chartYAML + "appVersion: 25.3\n",
			want:  []Message{{"Chart.yaml", "appVersion should be of type string but it's of type float64"}},
		},
		"an unknown field": {
			chart: chartYAML + "x: 1\n",
			want:  []Message{{"Chart.yaml", "failed to strictly parse chart metadata file"}},
		},
		"not a CRD": {
			chart: chartYAML, files: map[string]string{"crds/a.yaml": "apiVersion: v1\nkind: ConfigMap\n"},
			want: []Message{{"crds/a.yaml", "apiVersion is not in 'apiextensions.k8s.io'"}, {"crds/a.yaml", "object kind is not 'CustomResourceDefinition'"}},
		},
		"a chart that no dependency names": {
			chart: chartYAML, files: map[string]string{"charts/d/Chart.yaml": inside},
			want: []Message{{"Chart.yaml", "chart metadata is missing these dependencies: d"}},
		},
		"said elsewhere": {chart: chartYAML + "dependencies: [{name: d, version: 1.0.0}]\n", files: map[string]string{"templates/a.yaml": "{{ x", "values.schema.json": "{"}},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"Chart.yaml": test.chart}
			for file, text := range test.files {
				files[file] = text
			}
			dir := t.TempDir()
			got, err := chartOf(t, files).Lint(dir)
			same := func(want, got Message) bool { return want.Path == got.Path && strings.HasPrefix(got.Text, want.Text) }
			if err != nil || !slices.EqualFunc(test.want, got, same) {
				t.Errorf("%v, got %q", err, got)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// TestLintWritesNothingElsewhere: an archive has names that no directory may have.
func TestLintWritesNothingElsewhere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	c := chartOf(t, nil)
	c.files[0].Name = "../../y"
	if _, err := c.Lint(dir); err == nil {
		t.Error("written")
	}
	if _, err := c.Lint(filepath.Join(dir, "none")); err == nil {
		t.Error("written to a directory that is not there")
	}
}
