package chart

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
)

// chartOf returns a chart of the files, by path.
func chartOf(t testing.TB, files map[string]string) *Loaded {
	t.Helper()
	all := map[string][]byte{"Chart.yaml": []byte(chartYAML)}
	for name, text := range files {
		all[name] = []byte(text)
	}
	c, err := Load(Package{Files: all})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestInstallSaysWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct {
		files    map[string]string
		kind     Kind
		template string
		line     int
		message  string
	}{
		"values": {
			files: map[string]string{"values.schema.json": `{"properties": {"a": {"type": "integer"}}}`, "values.yaml": "a: text"},
			kind:  KindValues, message: "at '/a': got string, want integer",
		},
		"values of a chart inside": {
			files: map[string]string{
				"charts/d/Chart.yaml": "apiVersion: v2\nname: d\nversion: 1.0.0\n", "values.yaml": "d: {a: text}",
				"charts/d/values.schema.json": `{"required": ["b"]}`,
			},
			kind: KindValues, message: "chart c/charts/d: at '': missing property 'b'",
		},
		"a schema that is not JSON": {
			files: map[string]string{"values.schema.json": `{`}, kind: KindValues, message: "it is not JSON",
		},
		"a template that does not parse": {
			files: map[string]string{"templates/a.yaml": "a: b\nc: {{ if }}"},
			kind:  KindTemplate, template: "c/templates/a.yaml", line: 2, message: "missing value for if",
		},
		"a template that has no end": {
			files: map[string]string{"templates/a.yaml": "a: {{ range .Values.a }} {{ \"open }}"},
			kind:  KindTemplate, template: "c/templates/a.yaml", line: 1, message: "unterminated quoted string",
		},
		"a template that fails": {
			files: map[string]string{"templates/a.yaml": "a: b\n\nc: {{ required \"set x\" .Values.x }}"},
			kind:  KindTemplate, template: "c/templates/a.yaml", line: 3, message: "set x",
		},
		"a helper that fails": {
			files: map[string]string{
				"templates/a.yaml":   "a: {{ include \"x\" . }}",
				"templates/_all.tpl": "{{ define \"x\" }}\n{{ index .Values.list 3 }}{{ end }}", "values.yaml": "list: []",
			},
			kind: KindTemplate, template: "c/templates/a.yaml", line: 1, message: `<include "x" .>`,
		},
		"a value that is not there": {
			files: map[string]string{"templates/a.yaml": "{{ .Values.a.b.c }}"},
			kind:  KindTemplate, template: "c/templates/a.yaml", line: 1, message: "nil pointer evaluating",
		},
		"no YAML": {
			files: map[string]string{"templates/a.yaml": "a: {{ \"b: c: d\" }}"},
			kind:  KindYAML, template: "c/templates/a.yaml", message: `it begins "a: b: c: d"`,
		},
		"no kind": {
			files: map[string]string{"templates/a.yaml": "apiVersion: v1"},
			kind:  KindObject, template: "c/templates/a.yaml", message: "without kind",
		},
		"no object": {
			files: map[string]string{"templates/a.yaml": "- a"},
			kind:  KindObject, template: "c/templates/a.yaml", message: "not an object",
		},
		"a CRD that is not YAML": {
			files: map[string]string{"crds/a.yaml": "a: {{ .Values }}"}, kind: KindYAML, template: "c/crds/a.yaml", message: "not YAML",
		},
		"a library": {
			files: map[string]string{"Chart.yaml": chartYAML + "type: library\n"}, kind: KindChart, message: "library chart",
		},
		"a dependency that is not there": {
			files: map[string]string{"Chart.yaml": chartYAML + "dependencies: [{name: d, version: 1.0.0}]\n"}, kind: KindChart, message: "does not hold: d;",
		},
		"another Kubernetes": {
			files: map[string]string{"Chart.yaml": chartYAML + "kubeVersion: <1.2.0\n"}, kind: KindChart, message: "wants Kubernetes <1.2.0",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := chartOf(t, test.files).Install(t.Context(), install())
			if len(errs) != 1 {
				t.Fatalf("got %v", errs)
			}
			if e := errs[0]; e.Kind != test.kind || e.Template != test.template || e.Line != test.line || !strings.Contains(e.Message, test.message) {
				t.Errorf("got %#v", *e)
			}
			if errors.CodeOf(errs[0]) != errors.ErrCodeInvalidRequest {
				t.Errorf("code %s", errors.CodeOf(errs[0]))
			}
		})
	}
}

func TestInstallSaysEverythingAtOnce(t *testing.T) {
	c := chartOf(t, map[string]string{"templates/a.yaml": "a: b: c\n---\n- d", "templates/b.yaml": "kind: e"})
	if _, errs := c.Install(t.Context(), install()); len(errs) != 3 {
		t.Errorf("got %v", errs)
	}
}

// TestSchemaOpensNothing: Helm would open the file and the URL.
func TestSchemaOpensNothing(t *testing.T) {
	c := chartOf(t, map[string]string{
		"values.yaml": "a: 1\nb: 2\nc: text",
		"values.schema.json": `{"properties": {"a": {"$ref": "file:///no/such/file.json"}, "b": {"$ref": "http://127.0.0.1:1/b.json#/definitions/b"},
			"c": {"type": "integer"}}}`,
	})
	_, errs := c.Install(t.Context(), install())
	if len(errs) != 1 || !strings.Contains(errs[0].Message, "got string, want integer") || strings.Contains(errs[0].Message, "'/a'") || strings.Contains(errs[0].Message, "127.0.0.1") {
		t.Errorf("got %v", errs)
	}
}
