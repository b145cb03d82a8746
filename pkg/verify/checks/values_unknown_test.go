package checks_test

import (
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestValuesUnknown(t *testing.T) {
	unknown := func(name, values, path, says string) defect {
		return defect{name: name, breakIt: withUpstream(upstream(), values), at: release + ":37", path: path, says: says, warning: true}
	}
	followed := func(name, template, values string) defect {
		return defect{
			name: name, breakIt: withUpstream(changed("templates/more.yaml", "# "+template+"\n"), values),
			at: release + ":37", says: `the chart knows no "`, warning: true,
		}
	}
	inConfigMap := all(
		withUpstream(upstream(), "driver: {}"),
		edit(release, "  values:\n", "  valuesFrom:\n  - kind: ConfigMap\n    name: gpu-operator-values\n  values:\n"),
		edit(configMap, "      quota: 1\n      priority: system-node-critical", "      drivr: {}"),
		edit(pre, "      quota: 4", "      quota: 4\n      priority: a"),
	)
	inSecret := all(
		withUpstream(upstream(), "driver: {}"),
		edit(release, "  values:\n", "  valuesFrom:\n  - {kind: Secret, name: s, valuesKey: k, targetPath: gpu-operator.drivr}\n  values:\n"),
	)
	each(t, "values-unknown",
		unknown("at the top", "drivr: {enabled: true}", "spec.values.gpu-operator.drivr", `"drivr" in gpu-operator; did you mean "driver"?`),
		unknown("below", "driver: {enbled: true}", "spec.values.gpu-operator.driver.enbled", `"enbled" in gpu-operator.driver; did you mean "enabled"?`),
		unknown("with nothing near", "driver: {somethingElse: true}", "spec.values.gpu-operator.driver.somethingElse", `"somethingElse" in gpu-operator.driver`),
		defect{
			name: "for no chart inside", breakIt: all(withUpstream(upstream(), "driver: {}"), edit(release, "    gpu-operator:\n", "    gpu-operater:\n")),
			at: release + ":36", path: "spec.values.gpu-operater", says: `did you mean "gpu-operator"?`, warning: true,
		},
		unknown("that another map has", "maxUnavailable: 1", "spec.values.gpu-operator.maxUnavailable", `did you mean "gpu-operator.driver.upgrade.maxUnavailable"?`),
		followed("in a template that is given all values", `{{ include "labels" .Values }}`, "anything: a"),
		followed("in text that is given all values", "{{ tpl `x` (dict `Values` .Values) }}", "anything: a"),
		followed("in a merged map", "{{ (merge (dict) .Values.toolkit).enabled }}", "toolkit: {anything: a}"),
		followed("in a merged map that is the dot", "{{ with merge (dict) .Values.toolkit }}{{ .enabled }}{{ end }}", "toolkit: {anything: a}"),
		followed("in a template with its argument", "{{ template `labels` .Values.toolkit }}", "toolkit: {anything: a}"),
		followed("of the global ones", "{{ .Values.global.registry }}", "global: {anything: a}"),
		followed("global, which nothing reads", "", "global: {anything: a}"),
		defect{name: "of a Secret", breakIt: inSecret, at: release + ":36", path: "spec.valuesFrom[0]", says: `"drivr" in gpu-operator; did you mean "driver"?`, warning: true},
		defect{name: "in a ConfigMap", breakIt: inConfigMap, at: configMap + ":10", path: `data["values.yaml"]`, says: `"drivr"`, warning: true},
	)
}

// TestValuesThatMayBeKnown wants silence wherever a template could ask for a key.
func TestValuesThatMayBeKnown(t *testing.T) {
	with := func(template string) map[string]string {
		return changed("templates/more.yaml", "# "+template+"\n")
	}
	for name, c := range map[string]struct {
		chart  map[string]string
		values string
	}{
		"labels and selectors":          {upstream(), `nodeSelector: {nvidia.com/gpu: "true"}`},
		"passed on in a dict":           {upstream(), "daemonsets: {labels: {team: a}}"},
		"made JSON in a with":           {upstream(), "driver: {env: {LOG_LEVEL: debug}}"},
		"a comment in the defaults":     {upstream(), "driver: {licensing: {server: a}}"},
		"asked for by dig":              {upstream(), "driver: {manager: {image: a}}"},
		"asked for by index":            {upstream(), "mig: {strategy: single}"},
		"global for a chart inside":     {changedInside("charts/inside/templates/a.yaml", "# {{ .Values.global.registry }}\n"), "global: {anything: a}"},
		"a switch of the whole chart":   {upstream(), "{enabled: true, install: true}"},
		"a template that is not used":   {with("{{ define `unused` }}{{ .Values.anything }}{{ end }}"), "anything: a"},
		"text of a file":                {changedIn(with("{{ tpl (.Files.Get `a.txt`) . }}"), map[string]string{"a.txt": "{{ .Values.anything }}"}), "anything: a"},
		"a template found by its path":  {changedIn(with("{{ include (print $.Template.BasePath `/other.yaml`) . }}"), map[string]string{"templates/other.yaml": "# {{ .Values.anything }}\n"}), "anything: a"},
		"any key of a map":              {with("{{ range $k, $v := .Values.toolkit }}{{ $v.anything }}{{ end }}"), "toolkit: {a: {anything: b}}"},
		"a list of keys":                {with("{{ range $k := list `a` `b` }}{{ index $.Values.toolkit $k }}{{ end }}"), "toolkit: {b: {anything: b}}"},
		"put into the context":          {with("{{ $_ := set . `t` .Values.toolkit }}{{ template `late` . }}{{ define `late` }}{{ .t.anything }}{{ end }}"), "toolkit: {anything: b}"},
		"null, to remove a default":     {upstream(), "driver: {anything: null}"},
		"an extension":                  {upstream(), "x-common: {a: b}"},
		"all values at once":            {with("{{ .Values | toYaml | nindent 2 }}"), "anything: a"},
		"the dot of a with":             {with("{{ with .Values.toolkit }}{{ toYaml . | nindent 2 }}{{ end }}"), "toolkit: {anything: a}"},
		"a variable":                    {with("{{ $t := .Values.toolkit }}{{ if $t }}{{ toYaml $t | nindent 2 }}{{ end }}"), "toolkit: {anything: a}"},
		"a variable of a with":          {with("{{ with $t := .Values.toolkit }}{{ toJson $t }}{{ end }}"), "toolkit: {anything: a}"},
		"the keys of a range":           {with("{{ range $k, $v := .Values.toolkit }}{{ $k }}{{ end }}"), "toolkit: {anything: a}"},
		"the default of something":      {with("{{ $t := default (dict) .Values.toolkit }}{{ toJson $t }}"), "toolkit: {anything: a}"},
		"a computed key":                {with("{{ get .Values.toolkit (printf `%s` .Release.Name) }}"), "toolkit: {anything: a}"},
		"all values in a variable":      {with("{{ $v := .Values }}{{ toJson $v }}"), "anything: a"},
		"a template among the values":   {upstream(), `{anything: a, driver: {version: "{{ .Values.anything }}"}}`},
		"a key that the schema has":     {changed("values.schema.json", `{"properties": {"anything": {}}}`), "anything: a"},
		"a template that does not read": {changed("templates/_more.tpl", `{{ define "x" }}`), "anything: a"},
		"indexed as a whole":            {with("{{ index .Values `toolkit` | toJson }}"), "toolkit: {anything: a}"},
		"the items of a range":          {with("{{ range .Values.toolkit }}a{{ end }}"), "toolkit: {anything: a}"},
		"compared as a whole":           {with("{{ if eq (toYaml .Values.toolkit) `a` }}a{{ end }}"), "toolkit: {anything: a}"},
		"a condition of a dependency":   {withInside("condition: feature.on"), "feature: {on: true}"},
		"values from a dependency":      {changedIn(withInside("import-values: [data]"), map[string]string{"charts/inside/values.yaml": "exports: {data: {anything: b}}"}), "anything: a"},
		"defaults of the chart around":  {changedInside("values.yaml", "inside: {anything: {}}\n"), "inside: {anything: {a: b}}"},
		"asked for by the chart around": {changedInside("templates/a.yaml", "# {{ .Values.inside.anything }}\n"), "inside: {anything: a}"},
	} {
		t.Run(name, func(t *testing.T) {
			bundle := fstest.MapFS{}
			for file, entry := range load(t, "git") {
				bundle[file] = entry
			}
			withUpstream(c.chart, c.values)(t, bundle)
			passes(t, bundle, verify.Options{Skip: []string{"chart-render"}})
		})
	}
}

// TestHazard69_AValueThatAManifestReads is no mistake: manifests get the values of their component,
// which the component's chart gets, too.
func TestHazard69_AValueThatAManifestReads(t *testing.T) {
	for values, want := range map[string]string{"quota: 4": "", "quotas: 4": "values-unknown"} {
		bundle := load(t, "git")
		withUpstream(upstream(), values)(t, bundle)
		report := verifyAll(t, bundle, verify.Options{})
		if found := list(report); strings.Contains(found, "values-unknown") != (want != "") {
			t.Errorf("%s: want %q, got\n%s", values, want, found)
		}
	}
}

// withInside is the upstream chart with a chart inside it, on which it depends in that way.
func withInside(how string) map[string]string {
	return changedIn(upstream(), map[string]string{
		"Chart.yaml":                "apiVersion: v2\nname: gpu-operator\nversion: 25.3.0\ndependencies:\n- {name: inside, version: 1.0.0, " + how + "}\n",
		"charts/inside/Chart.yaml":  "apiVersion: v2\nname: inside\nversion: 1.0.0\n",
		"charts/inside/values.yaml": "own: true\n",
	})
}

func changedInside(file, text string) map[string]string {
	return changedIn(withInside("condition: inside.own"), map[string]string{file: text})
}

func changedIn(chart, files map[string]string) map[string]string {
	maps.Copy(chart, files)
	return chart
}
