package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

func TestChartRender(t *testing.T) {
	each(t, "chart-render",
		defect{name: "syntax", breakIt: edit(template, "{{- $values", "{{- if $values"), at: template, says: "unexpected EOF"},
		defect{name: "a template that fails", breakIt: edit(template, "{{ .Release.Name }}", "{{ fail `not here` }}"), at: template + ":8", says: "not here"},
		defect{name: "values of another shape", breakIt: edit(pre, "    gpu-operator:\n      quota: 4", "    gpu-operator: text"), at: template + ":11", says: "can't evaluate field quota"},
		defect{name: "no YAML", mode: "oci", breakIt: edit(template, "  hard:", "  hard: ["), at: template, says: "not YAML"},
		defect{name: "no kind", breakIt: edit(template, "kind: ResourceQuota", "knd: ResourceQuota"), at: template, says: "without kind"},
		defect{name: "a library", breakIt: edit(chartYAML, "type: application", "type: library"), at: chartYAML, says: "library chart"},
		defect{
			name: "of a packed chart", breakIt: withUpstream(changed("templates/driver.yaml", "kind: {{ .Values.driver.version.major }}"), "driver: {}"),
			at: release + ":2", says: "gpu-operator/charts/gpu-operator/templates/driver.yaml",
		},
		defect{
			name: "one that asks the cluster", at: template + ":4", says: "wants monitoring", warning: true,
			breakIt: edit(template, "metadata:", "{{- if not (.Capabilities.APIVersions.Has `monitoring.coreos.com/v1`) }}{{ fail `wants monitoring` }}{{ end }}\nmetadata:"),
		},
		defect{name: "one that calls itself", breakIt: edit(template, "metadata:", "{{- define `x` }}{{ include `x` . }}{{ end }}{{ include `x` . }}\nmetadata:"), at: template + ":4", says: "nested reference"},
		defect{
			name: "one that takes all memory", breakIt: add(template, "{{ repeat 2000000000 `xy` }}"), options: verify.Options{Renderer: processes},
			at: chartYAML, says: "rendering stopped: it needed more than 512 MiB of memory", warning: true,
		},
		defect{
			name: "one that overflows the stack", breakIt: add(template, strings.Repeat("{{ if 1 }}", 200_000)), options: verify.Options{Renderer: processes},
			at: chartYAML, says: "rendering stopped: it nests something too deeply", warning: true,
		},
	)
}

func TestChartForAnotherKubernetes(t *testing.T) {
	for _, version := range []string{">=1.25.0-0", "<1.22.0-0", "1.38.x"} {
		bundle := load(t, "git")
		edit(chartYAML, "appVersion:", "kubeVersion: '"+version+"'\nappVersion:")(t, bundle)
		passes(t, bundle, verify.Options{})
	}
}

// TestArtifactVersion wants the version that helm-controller makes, with the digest of the
// artifact.
func TestArtifactVersion(t *testing.T) {
	bundle := load(t, "oci")
	edit(template, "metadata:", "# {{ if not (regexMatch `^0\\.1\\.0-h1a2b3c4d5e6f\\+[0-9a-f]{12}$` .Chart.Version) }}{{ fail .Chart.Version }}{{ end }}\nmetadata:")(t, bundle)
	passes(t, bundle, verify.Options{})
}
