package localformat_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/localformat"
)

func TestHazard65_AFieldThatHelmLacksIsWarnedOf(t *testing.T) {
	for text, want := range map[string]string{
		"a: {{ .pod }}": "1 .pod", "\n\na: {{ $.pod.name }}": "3 $.pod.name", "{{ if true }}\n{{ quote .Pod }}{{ end }}": "2 .Pod",
		"{{ .Values.pod }}{{ .Release.Name }}{{ $.Chart.Name }}{{ .Capabilities.KubeVersion }}{{ .Files }}{{ .Template }}{{ .Subcharts }}": "",
		"{{ range .Values.a }}{{ .pod }}{{ end }}": "", "{{ with .Values.a }}{{ .pod }}{{ end }}": "", `{{ define "x" }}{{ .pod }}{{ end }}`: "", `{{ "{{ .pod }}" }}`: "", "{{/* .pod */}}": "",
		`{{ $_ := set . "pod" "x" }}{{ .pod }}`: "", `{{ $x := dict "pod" 1 }}{{ $x.pod }}`: "",
	} {
		var got []string
		for _, field := range localformat.EmptyFields("m.yaml", []byte(text)) {
			got = append(got, fmt.Sprint(field.Line, " ", field.Text))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
		warned := strings.Contains(strings.Join(newChart(t, "m.yaml", text).Warnings, "\n"), "puts nothing in its place")
		if warned != (want != "") {
			t.Errorf("%s: warned: %t", text, warned)
		}
	}
}
