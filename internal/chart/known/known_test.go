package known_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/internal/chart"
	"github.com/aicr-flux/aicr/internal/chart/known"
	"github.com/aicr-flux/aicr/pkg/values"
	"github.com/aicr-flux/aicr/test/charttest"
)

// charted loads a chart with Helm; "default" are its default values, what is not in a directory is a
// template.
func charted(t *testing.T, files map[string]string) *known.Values {
	t.Helper()
	all := map[string]string{"Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "values.yaml": "a: {b: 1}\n"}
	maps.Copy(all, files)
	var packed []charttest.File
	for name, text := range all {
		packed = append(packed, charttest.File{Name: "c/" + name, Data: text})
	}
	loaded, err := chart.Load(chart.Package{Archive: charttest.Archive(t, packed...)})
	if err != nil {
		t.Fatal(err)
	}
	return known.Of(loaded.Parts)
}

func unknown(t *testing.T, k *known.Values, text string) (paths []string) {
	t.Helper()
	given, err := values.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range k.Unknown(given) {
		paths = append(paths, strings.Join(key.Path, "."))
	}
	return paths
}

// TestTemplatesAreFollowed holds {a: {x: {y: 1}}} against templates that read some of it: "" is what
// they read of all, else the path that they do not read.
func TestTemplatesAreFollowed(t *testing.T) {
	for template, want := range map[string]string{
		`{{ .Values.a.b }}`:                                                                   "a.x",
		`{{ .Values.a.x.z }}`:                                                                 "a.x.y",
		`{{ .Values.a.x.y }}`:                                                                 "",
		`{{ $.Values.a.x.y }}`:                                                                "",
		`{{ (.Values.a).x.y }}`:                                                               "",
		`{{ ((.Values.a).x).z }}`:                                                             "a.x.y",
		`{{ toYaml .Values.a }}`:                                                              "",
		`{{ toYaml .Values.a.x | nindent 2 }}`:                                                "",
		`{{ .Values.a.x | toJson | quote }}`:                                                  "",
		`{{ index .Values "a" "x" "y" }}`:                                                     "",
		`{{ index .Values.a "x" "z" }}`:                                                       "a.x.y",
		`{{ get (get .Values.a "x") "z" }}`:                                                   "a.x.y",
		`{{ dig "x" "y" "none" .Values.a }}`:                                                  "",
		`{{ dig "x" "z" "none" .Values.a }}`:                                                  "a.x.y",
		`{{ (first (pluck "x" .Values.a)).y }}`:                                               "",
		`{{ (pick .Values.a "x").x.z }}`:                                                      "a.x.y",
		`{{ (omit .Values.a "b").x.y }}`:                                                      "",
		`{{ if hasKey .Values.a "x" }}{{ .Values.a.x.z }}{{ end }}`:                           "a.x.y",
		`{{ if .Values.a.x }}a{{ end }}`:                                                      "",
		`{{ with .Values.a }}{{ .x.y }}{{ end }}`:                                             "",
		`{{ with .Values.a.x }}{{ .z }}{{ else }}{{ .Values.a.x.y }}{{ end }}`:                "",
		`{{ with $x := .Values.a.x }}{{ $x.z }}{{ end }}`:                                     "a.x.y",
		`{{ range $k, $v := .Values.a }}{{ $v.y }}{{ end }}`:                                  "",
		`{{ range $k, $v := .Values.a }}{{ $v.z }}{{ end }}`:                                  "a.x.y",
		`{{ range $k := list "b" "x" }}{{ (index $.Values.a $k).z }}{{ end }}`:                "a.x.y",
		`{{ range tuple "b" "x" }}{{ (index $.Values.a .).y }}{{ end }}`:                      "",
		`{{ range until 3 }}{{ index $.Values.a (printf "%d" .) }}{{ end }}`:                  "",
		`{{ $a := .Values.a }}{{ if true }}{{ $a = .Values.a.x }}{{ end }}{{ $a.y }}`:         "",
		`{{ $v := .Values }}{{ $v.a.x.z }}`:                                                   "a.x.y",
		`{{ (default (dict) .Values.a.x).y }}`:                                                "",
		`{{ (.Values.a.x | default .Values.a).z }}`:                                           "a.x.y",
		`{{ (coalesce .Values.a.x .Values.a).y }}`:                                            "",
		`{{ (ternary .Values.a.x .Values.a true).y }}`:                                        "",
		`{{ (required "a" .Values.a.x).z }}`:                                                  "a.x.y",
		`{{ (mustMergeOverwrite (dict) .Values.a.x).z }}`:                                     "a.x.y",
		`{{ $m := dict }}{{ $_ := merge $m (dict "n" .Values.a.x) }}{{ $m.n.y }}`:             "",
		`{{ $m := dict "n" .Values.a }}{{ $_ := set $m "n" .Values.a.x }}{{ $m.n.z }}`:        "a.x.y",
		`{{ $c := deepCopy . }}{{ $_ := set $c "Values" .Values.a.x }}{{ $c.Values.y }}`:      "",
		`{{ $l := list .Values.a .Values.a.x }}{{ (index $l 1).z }}`:                          "a.x.y",
		`{{ $l := append (list) .Values.a.x }}{{ range $l }}{{ .y }}{{ end }}`:                "",
		`{{ range (concat (list .Values.a.x) (list)) }}{{ .z }}{{ end }}`:                     "a.x.y",
		`{{ (fromYaml (toYaml .Values.a.x)).z }}`:                                             "a.x.y",
		`{{ include "t" . }}{{ define "t" }}{{ .Values.a.x.z }}{{ end }}`:                     "a.x.y",
		`{{ include "t" .Values.a }}{{ define "t" }}{{ .x.y }}{{ end }}`:                      "",
		`{{ template "t" dict "v" .Values.a.x "root" $ }}{{ define "t" }}{{ .v.z }}{{ end }}`: "a.x.y",
		`{{ include "t" (list $ .Values.a.x) }}{{ define "t" }}{{ (index . 1).y }}{{ end }}`:  "",
		`{{ include (printf "t.%s" .Release.Name) .Values.a.x }}{{ define "t.u" }}{{ .y }}{{ end }}{{ define "o" }}{{ toYaml .a }}{{ end }}`: "",
		`{{ include .Release.Name .Values.a.x }}{{ define "t" }}{{ .y }}{{ end }}`:                                                           "",
		`{{ include "t" . }}{{ define "t" }}{{ include "t" . }}{{ .Values.a.x.z }}{{ end }}`:                                                 "a.x.y",
		`{{ define "t" }}{{ .Values.a.x.y }}{{ end }}`:                                                                                       "",
		`{{ tpl "{{ .Values.a.x.z }}" . }}`:                                                                                                  "a.x.y",
		`{{ tpl (toYaml .Values.a.x) . }}`:                                                                                                   "",
		`{{ tpl .Values.a.b . }}{{ .Values.a.x.z }}`:                                                                                         "a.x.y",
		`{{ .Files.Get .Values.a.x.z }}`:                                                                                                     "a.x.y",
		`{{ .Capabilities.APIVersions.Has .Values.a.x }}`:                                                                                    "",
		`{{ range keys .Values.a }}{{ . }}{{ end }}`:                                                                                         "",
		`{{ eq (toYaml .Values.a.x) "a" }}`:                                                                                                  "",
		`{{ sha256sum (toYaml .Values) }}`:                                                                                                   "",
		`{{ unheardOf .Values.a.x }}`:                                                                                                        "",
	} {
		var wanted []string
		if want != "" {
			wanted = []string{want}
		}
		if diff := cmp.Diff(wanted, unknown(t, charted(t, map[string]string{"templates/t.yaml": template}), "a: {x: {y: 1}}")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", template, diff)
		}
	}
}

func TestChartsInside(t *testing.T) {
	k := charted(t, map[string]string{
		"Chart.yaml": `apiVersion: v2
name: c
version: 1.0.0
dependencies:
- {name: inside, alias: nn, version: 1.0.0, condition: "flag.on,nn.on", import-values: [{child: exported, parent: c}]}
- {name: lib, version: 1.0.0}
`,
		"templates/t.yaml":               `{{ .Values.nn.z }}{{ include "lib.t" . }}`,
		"charts/inside/Chart.yaml":       "apiVersion: v2\nname: inside\nversion: 1.0.0\n",
		"charts/inside/values.yaml":      "exported: {x: 1}\n",
		"charts/inside/templates/t.yaml": `{{ .Values.y }}{{ .Values.global.registry }}`,
		"charts/lib/Chart.yaml":          "apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n",
		"charts/lib/templates/_t.tpl":    `{{ define "lib.t" }}{{ .Values.a.fromLib }}{{ end }}`,
	})
	if got := unknown(t, k, "{nn: {y: 1, z: 1, on: true}, c: {x: 1}, flag: {on: true}, a: {fromLib: 1}, global: {any: 1}, tags: {t: true}}"); got != nil {
		t.Errorf("%v are known", got)
	}
	want := []string{"inside", "nn.x"}
	if diff := cmp.Diff(want, unknown(t, k, "{inside: {x: 1}, nn: {x: 1}}")); diff != "" {
		t.Error(diff)
	}
}

func TestSchemas(t *testing.T) {
	k := charted(t, map[string]string{
		"templates/t.yaml": "{{ .Values.a.b }}",
		"values.schema.json": `{
			"properties": {
				"a": {"$ref": "#/$defs/a"},
				"free": {"type": "object", "additionalProperties": {"type": "string"}},
				"shut": {"type": "object", "properties": {"in": {}}, "additionalProperties": false},
				"far": {"$ref": "https://example.com/schema.json"}
			},
			"$defs": {"a": {"allOf": [{"properties": {"byAllOf": {}}}], "then": {"properties": {"byThen": {}}}}}
		}`,
		"values.yaml": "a: {b: 1}\nshut: {in: 1}\nfree: {b: c}\nfar: {b: c}\n",
	})
	if got := unknown(t, k, "{a: {byAllOf: 1, byThen: 1}, free: {any: 1}, far: {any: 1}}"); got != nil {
		t.Errorf("%v are known", got)
	}
	if diff := cmp.Diff([]string{"a.other"}, unknown(t, k, "{a: {other: 1}}")); diff != "" {
		t.Error(diff)
	}
}

func TestNearest(t *testing.T) {
	k := charted(t, map[string]string{
		"values.yaml":      "driver: {enabled: true, upgrade: {max: 1}}\ntoolkit: {enabled: true}\nreplicas: 1\n",
		"templates/t.yaml": "{{ .Values.driver.enabled }}{{ .Values.driver.upgrade.max }}{{ .Values.toolkit.enabled }}{{ .Values.replicas }}{{ .Values.driver.licence }}",
	})
	for given, want := range map[string]string{
		"drivr: {}":              "driver",
		"Replicas: 2":            "replicas",
		"driver: {license: a}":   "driver.licence",
		"max: 2":                 "driver.upgrade.max",
		"toolkit: {max: 2}":      "driver.upgrade.max",
		"toolkit: {replicas: 2}": "replicas",
		"else: {enabled: true}":  "", // two are as near
		"nothing-like-it: 1":     "",
	} {
		m, err := values.Decode([]byte(given))
		if err != nil {
			t.Fatal(err)
		}
		keys := k.Unknown(m)
		if len(keys) != 1 || strings.Join(keys[0].Nearest, ".") != want {
			t.Errorf("%s: %v, want %q", given, keys, want)
		}
	}
}

// TestHostileCharts end, and what is not followed to the end is taken for known.
func TestHostileCharts(t *testing.T) {
	loops := strings.Repeat("{{ range .Values.a }}", 40) + "{{ include `t` (dict `a` .) }}" + strings.Repeat("{{ end }}", 40)
	calls := "{{ define `t` }}" + strings.Repeat("{{ include `t` (dict `a` . `b` .a) }}{{ include `u` (list . .) }}", 200) + "{{ end }}" +
		"{{ define `u` }}" + strings.Repeat("{{ include `t` (dict `c` .) }}", 200) + "{{ end }}"
	k := charted(t, map[string]string{"templates/t.yaml": loops + calls})
	if got := unknown(t, k, "a: {x: 1}"); got != nil {
		t.Errorf("%v, which may be read by what was not followed", got)
	}
	if broken := charted(t, map[string]string{"templates/t.yaml": "{{ if }}"}); unknown(t, broken, "x: 1") != nil {
		t.Error("a template that does not parse may read anything")
	}
}
