package chart

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPartsAreTheChartsAsTheirFilesHaveThem(t *testing.T) {
	files := map[string][]byte{
		"Chart.yaml": []byte(`apiVersion: v2
name: outer
version: 1.0.0
dependencies:
- {name: inner, version: ^2.0.0, alias: a, condition: a.enabled, import-values: [data]}
- {name: absent, version: 1.0.0, repository: "https://charts.example.com"}
`),
		"values.yaml":                     []byte("a: {b: 1}\n"),
		"templates/_helpers.tpl":          []byte(`{{ define "x" }}{{ end }}`),
		"charts/inner/Chart.yaml":         []byte("apiVersion: v2\nname: inner\nversion: 2.1.0\n"),
		"charts/inner/templates/a.yaml":   []byte("kind: {{ .Values.b }}\n"),
		"charts/inner/values.schema.json": []byte(`{}`),
	}
	c, err := Load(Package{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	want := &Part{
		Name: "outer", Version: "1.0.0", Values: files["values.yaml"],
		Templates: map[string][]byte{"templates/_helpers.tpl": files["templates/_helpers.tpl"]},
		Dependencies: []Dependency{
			{Name: "inner", Alias: "a", Version: "^2.0.0", Condition: "a.enabled", Imports: []Import{{Child: "exports.data", Parent: "."}}},
			{Name: "absent", Version: "1.0.0", Repository: "https://charts.example.com"},
		},
		Inside: []*Part{{
			Name: "inner", Version: "2.1.0", Schema: []byte(`{}`),
			Templates: map[string][]byte{"templates/a.yaml": files["charts/inner/templates/a.yaml"]},
		}},
	}
	if diff := cmp.Diff(want, c.Parts); diff != "" {
		t.Error(diff)
	}
	inner := c.Parts.Inside[0]
	for i, accepts := range []bool{true, false} {
		if c.Parts.Dependencies[i].Accepts(inner) != accepts {
			t.Errorf("%s accepts %s %s: want %t", c.Parts.Dependencies[i].Name, inner.Name, inner.Version, accepts)
		}
	}
}
