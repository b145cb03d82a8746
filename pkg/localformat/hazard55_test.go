package localformat_test

import (
	"maps"
	"testing"

	"github.com/aicr-flux/aicr/pkg/localformat"
)

// A new version of the upstream chart rolls the manifests beside it out again where they say that
// version, and nowhere else. Helm itself says what they are.
func TestHazard55_AppVersionCountsOnlyWhereATemplateReadsIt(t *testing.T) {
	for text, reads := range map[string]bool{
		"a: b": false, "a: {{ .Chart.Name }}": false, "a: {{ .Values.AppVersion }}": false, "# .Chart.AppVersion": false, "a: {{/* .Chart.AppVersion */}} b": false,
		"a: {{ .Chart.AppVersion }}": true, "a: {{ .Chart.Annotations | toJson }}": true, "a: {{ $.Chart.AppVersion | quote }}": true, "a: {{ (.Chart).AppVersion }}": true, "a: {{ index .Chart.AppVersion 1 }}": true,
		"{{ with .Chart }}a: {{ .AppVersion }}{{ end }}": true, "{{ $c := .Chart }}a: {{ $c.AppVersion }}": true, "{{ if eq .Chart.AppVersion `v1` }}a: b{{ end }}": true,
		"{{ define `v` }}{{ .Chart.AppVersion }}{{ end }}a: {{ include `v` . }}": true, "{{ define `v` }}{{ $.Chart.AppVersion }}{{ end }}a: {{ template `v` . }}": true,
		"a: {{ tpl `{{ .Chart.AppVersion }}` . }}": true, "a: {{ tpl `{{ .Chart.AppVersion }}` $ }}": true, "{{ range list 1 }}a: {{ $.Chart.AppVersion }}{{ end }}": true,
	} {
		of := func(version string) *localformat.Chart {
			m := input("m.yaml", text)
			m.AppVersion = version
			c, err := localformat.NewManifestChart(m)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		one, other := of("v1"), of("v2")
		if (one.Version != other.Version) != reads {
			t.Errorf("%s: versions %s and %s", text, one.Version, other.Version)
		}
		none := map[string]any{}
		if a, b := rendered(t, one, none), rendered(t, other, none); !maps.Equal(a, b) && !reads {
			t.Errorf("%s: Helm renders %v and %v", text, a, b)
		}
	}
}

// The component's version renders nothing in a wrapper: the chart inside has its own.
func TestHazard55_AVendoredChartIsWhatItsArchiveIs(t *testing.T) {
	of := func(appVersion string, tgz []byte) string {
		c, err := localformat.NewWrapperChart(asked, appVersion, tgz, "gpu-operator-1.2.3.tgz")
		if err != nil {
			t.Fatal(err)
		}
		return c.Version
	}
	packed := upstream(t, "gpu-operator", "1.2.3")
	other := tgz(t, "gpu-operator", map[string]string{"Chart.yaml": "apiVersion: v2\nname: gpu-operator\nversion: 1.2.3\n"})
	if of("v1.2.3", packed) != of("1.2.3", packed) {
		t.Error("the version follows another spelling of the component's version")
	}
	if of("v1.2.3", packed) == of("v1.2.3", other) {
		t.Error("the version does not follow the chart inside")
	}
}
