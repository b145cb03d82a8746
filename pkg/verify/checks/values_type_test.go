package checks_test

import (
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

// typed is the upstream chart with values of each type, all of which it reads.
func typed() map[string]string {
	chart := upstream()
	chart["values.yaml"] += `replicas: 1
pullSecrets: []
port: 80
percent: 25
unset: false
any: []
texts: text
`
	chart["templates/typed.yaml"] = `# {{ .Values.replicas }} {{ .Values.port }} {{ .Values.percent }} {{ .Values.texts }} {{ .Values.toolkit.enabled }}
{{ range .Values.pullSecrets }}# {{ . }}
{{ end }}{{ with .Values.unset }}# {{ toYaml . | nindent 2 }}
{{ end }}{{ if kindIs "string" .Values.any }}# {{ .Values.any }}
{{ end }}`
	return chart
}

func TestValuesType(t *testing.T) {
	wrong := func(name, values, path, says string) defect {
		return defect{
			name: name, breakIt: withUpstream(typed(), values), options: verify.Options{Skip: []string{"chart-render"}},
			at: release + ":37", path: "spec.values.gpu-operator." + path, says: says, warning: true,
		}
	}
	each(t, "values-type",
		wrong("text for a number", "replicas: two", "replicas", "gpu-operator.replicas is text, and the chart's default is a number"),
		wrong("text for a boolean", `toolkit: {enabled: "false"}`, "toolkit.enabled", "text, and the chart's default is a boolean"),
		wrong("a word for a boolean", `toolkit: {enabled: "yes"}`, "toolkit.enabled", "text, and the chart's default is a boolean"),
		wrong("text for a list", "pullSecrets: a,b", "pullSecrets", "text, and the chart's default is a list"),
		wrong("a map for a list", "pullSecrets: {name: a}", "pullSecrets", "a map, and the chart's default is a list"),
		wrong("a list for a map", "nodeSelector: [{a: b}]", "nodeSelector", "a list, and the chart's default is a map"),
		wrong("text for a map", "toolkit: enabled", "toolkit", "text, and the chart's default is a map"),
		wrong("a boolean for a number", "replicas: true", "replicas", "a boolean, and the chart's default is a number"),
		wrong("a map for text", "texts: {a: b}", "texts", "a map, and the chart's default is text"),
	)
	bundle := load(t, "git")
	withUpstream(typed(), "pullSecrets: a,b")(t, bundle)
	if f := verifyAll(t, bundle, verify.Options{Skip: []string{"chart-render"}}).Findings; len(f) != 1 || f[0].Remedy != "Write a list, as in [a, b]." {
		t.Errorf("%v, want a remedy with the list", f)
	}
}

func TestTypesThatMayBeMeant(t *testing.T) {
	for name, values := range map[string]string{
		"a number in quotes":          `replicas: "2"`,
		"a percentage":                `percent: 25%`,
		"the name of a port":          `port: http`,
		"a template":                  `replicas: "{{ .Values.driver.version }}"`,
		"a number for text":           `texts: 1`,
		"a list where it is unset":    `unset: [a]`,
		"a type that is asked for":    `any: text`,
		"nothing for a list":          `pullSecrets: ""`,
		"a quantity below a free map": `nodeSelector: {kubernetes.io/os: 1}`,
		"nothing at all":              `pullSecrets: null`,
	} {
		t.Run(name, func(t *testing.T) {
			bundle := fstest.MapFS{}
			for file, entry := range load(t, "git") {
				bundle[file] = entry
			}
			withUpstream(typed(), values)(t, bundle)
			passes(t, bundle, verify.Options{Skip: []string{"chart-render"}})
		})
	}
}
