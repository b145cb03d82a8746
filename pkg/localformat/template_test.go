package localformat_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

func newChart(t testing.TB, files ...string) *localformat.Chart {
	t.Helper()
	c, err := localformat.NewManifestChart(input(files...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// input takes pairs of path and content.
func input(files ...string) localformat.Manifests {
	m := localformat.Manifests{Release: "gpu-pre", Namespace: "gpu-system", AppVersion: "v1.2.3", Files: map[string][]byte{}}
	for i := 0; i < len(files); i += 2 {
		m.Files[files[i]] = []byte(files[i+1])
	}
	return m
}

func TestWhichTemplatesReadValues(t *testing.T) {
	for text, want := range map[string]bool{
		"a: b": false, "": false, "# .Values": false, "a: .Values.x": false,
		"{{ .Values.a }}": true, "{{ $.Values.a }}": true, "{{- .Values -}}": true, "{{ index .Values \"a\" }}": true,
		"{{ (index $.Values \"a\").b }}": true, "{{ (.Values).a }}": true, "{{ .Values.a.b | quote }}": true, "{{ quote .Values.a }}": true, "{{ quote (default 1 .Values.a) }}": true,
		"{{/* .Values.a */}}": false, "{{- /* {{ .Values.a }} */ -}}": false, `{{ ".Values.a" }}`: false, "{{ `{{ .Values.a }}` }}": false,
		"{{ .Release.Name }}": false, "{{ $.Release.Name }}": false, "{{ .Chart.Values }}": false, "{{ .Release.Values }}": false,
		"{{ . }}": true, "{{ $ }}": true, "{{ toYaml . }}": true, "{{ $x := . }}{{ $x.Release }}": true, "{{ $x := $ }}": true, "{{ $x := .Release }}{{ $x.Name }}": false,
		"{{ $v := .Values }}": true, "{{ $r := dict \"a\" $ }}": true,
		`{{ include "x" . }}`: true, `{{ include "x" $ }}`: true, `{{ include "x" .Release }}`: false, `{{ template "x" . }}`: true, `{{ template "x" }}`: false, `{{ tpl "{{ 1 }}" . }}`: true,
		"{{ if .Values.a }}b{{ end }}": true, "{{ if true }}{{ else if .Values.a }}{{ end }}": true, "{{ if true }}{{ else }}{{ .Values.a }}{{ end }}": true, "{{ if . }}{{ end }}": true,
		"{{ with .Release }}{{ . }}{{ end }}": false, "{{ with .Release }}{{ $ }}{{ end }}": true, "{{ with .Release }}{{ $.Values.a }}{{ end }}": true,
		"{{ with .Values.a }}{{ . }}{{ end }}": true, "{{ with .Release }}{{ else }}{{ . }}{{ end }}": true,
		"{{ range list 1 2 }}{{ . }}{{ end }}": false, "{{ range $i, $x := list 1 }}{{ $x }}{{ $i }}{{ end }}": false, "{{ range .Values.a }}{{ . }}{{ end }}": true,
		"{{ range list 1 }}{{ break }}{{ end }}": false, "{{ range list }}{{ else }}{{ . }}{{ end }}": true,
		`{{ define "x" }}{{ . }}{{ end }}`: false, `{{ define "x" }}{{ $ }}{{ end }}`: false, `{{ define "x" }}{{ .Values.a }}{{ end }}`: true,
		`{{ define "x" }}{{ $.Values.a }}{{ end }}`: true, `{{ define "x" }}{{ .Release.Name }}{{ end }}{{ include "x" .Release }}`: false, `{{ block "x" . }}{{ end }}`: true,
		`{{ define "x" }}{{ with .a }}{{ .b }}{{ end }}{{ end }}`: false,
	} {
		if got := newChart(t, "m.yaml", text).ReadsValues; got != want {
			t.Errorf("%s: reads values: %t, want %t", text, got, want)
		}
	}
}

func TestTemplatesThatDoNotParseAreRefused(t *testing.T) {
	for _, text := range []string{"a: {{ .x", "{{ if }}", "{{ end }}", "{{ if true }}", "{{ $undefined }}", "\n\n{{ )"} {
		_, err := localformat.NewManifestChart(input("dir/broken.yaml", text, "dir/good.yaml", "a: b", "dir/other.yaml", "{{"))
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
			t.Fatalf("%s: %v", text, err)
		}
		for _, word := range []string{"dir/broken.yaml", "dir/other.yaml", "does not parse"} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: the message lacks %q: %v", text, word, err)
			}
		}
		if strings.Contains(err.Error(), "good.yaml") {
			t.Error(err)
		}
	}
}

// TestTemplatesThatAreTooDeepAreRefused: Go's parser would end the program.
func TestTemplatesThatAreTooDeepAreRefused(t *testing.T) {
	_, err := localformat.NewManifestChart(input("dir/deep.yaml", strings.Repeat("{{ if 1 }}", 500_000)))
	if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "dir/deep.yaml") || !strings.Contains(err.Error(), "more than 20000 actions") {
		t.Errorf("got %.500v", err)
	}
}

// Flux appends +<digest> to the version of a chart from an artifact, which no label may hold.
func TestRawChartVersionInLabels(t *testing.T) {
	const raw = "{{ .Chart.Version }}"
	object := func(where, value string) string {
		return "kind: ConfigMap\nmetadata:\n  name: x\n  " + where + ":\n    other: a\n    helm.sh/chart: " + value + "\n  more: b\n"
	}
	for text, want := range map[string]int{
		object("labels", raw): 6, object("annotations", raw): 0, object("matchLabels", raw): 6, object("labels", `"`+raw+`"`): 6,
		object("labels", `{{ printf "%s-%s" .Chart.Name .Chart.Version }}`): 6, object("labels", "{{ $.Chart.Version | quote }}"): 6,
		object("labels", `{{ .Chart.Version | replace "+" "_" }}`): 0, object("labels", `{{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}`): 0,
		object("labels", `{{ regexReplaceAll "\\W+" .Chart.Version "_" }}`): 0, object("labels", "{{ .Chart.AppVersion }}"): 0, object("labels", "{{/* .Chart.Version */}}a"): 0,
		object("labels # of the object", raw):                                                              0, // not a key of that name
		"metadata:\n  labels:\n  {{- if true }}\n    v: " + raw + "\n  {{- end }}\n":                       4,
		"metadata:\n  labels:\n    # why\n\n    v: " + raw + "\n":                                          5,
		"spec:\n- labels:\n    v: " + raw + "\n":                                                           3,
		"metadata:\n  annotations:\n    a: b\n  labels:\n    a: b\ndata:\n  v: " + raw + "\n":              0,
		"metadata:\n  labels: {a: b}\n  annotations:\n    v: " + raw + "\n":                                0,
		"{{ $v := .Chart.Version }}\nmetadata:\n  labels:\n    v: a\n":                                     0,
		"metadata:\n  labels: {chart: \"" + raw + "\"}\n":                                                  2,
		"metadata:\n  labels:\n    {{- with .Chart }}\n    v: {{ $.Chart.Version }}\n    {{- end }}\n":     4,
		"metadata:\n  labels:\n    {{ if eq .Chart.Version \"1\" }}a: b{{ end }}\n  annotations: {c: d}\n": 0,
	} {
		warnings := newChart(t, "dir/m.yaml", text).Warnings
		switch {
		case want == 0 && len(warnings) > 0, want > 0 && len(warnings) != 1:
			t.Errorf("warnings %q, want one: %t\n%s", warnings, want > 0, text)
		case want > 0 && !strings.Contains(warnings[0], fmt.Sprintf(`"dir/m.yaml" line %d `, want)):
			t.Errorf("warning %q, want line %d\n%s", warnings[0], want, text)
		}
	}
}

func FuzzManifest(f *testing.F) {
	for _, text := range []string{"{{ .Values.a }}", "kind: Namespace\nmetadata:\n  name: {{ .x }}", "{{/* */}}", "---\nkind: Namespace", "labels:\n  a: {{ .Chart.Version }}", `{"kind":"Namespace"}`, "{{}}", "{{-}}", "a: &a [*a]\nkind: Namespace"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := localformat.NewManifestChart(input("a/m.yaml", text, "b/m.yaml", text))
		if err != nil {
			if errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
				t.Fatal(err)
			}
			return
		}
		if string(c.Files[0].Data) != text {
			t.Error("the manifest's bytes changed")
		}
		if strings.Contains(text, "{{") || c.ReadsValues == false {
			return
		}
		t.Error("a text without actions reads values")
	})
}
