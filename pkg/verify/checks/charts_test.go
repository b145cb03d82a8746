package checks_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

// Files of a vendored gpu-operator.
const (
	wrapper      = "gpu-operator/Chart.yaml"
	upstreamName = "gpu-operator/charts/gpu-operator-25.3.0.tgz"
	upstreamPath = "gpu-operator-25.3.0.tgz"
)

// upstream is a small chart as others make them.
func upstream() map[string]string {
	return map[string]string{
		"Chart.yaml": "apiVersion: v2\nname: gpu-operator\nversion: 25.3.0\n",
		"values.yaml": `driver:
  enabled: true
  version: "570.10"
  # licensing:
  #   server: ""
  env: {A: b}
  upgrade: {maxUnavailable: 1}
nodeSelector: {kubernetes.io/os: linux}
daemonsets: {labels: {a: b}}
toolkit: {enabled: true}
`,
		"values.schema.json": `{"type": "object", "properties": {"driver": {"type": "object", "properties": {"enabled": {"type": "boolean"}}}}}`,
		"templates/_helpers.tpl": `{{ define "labels" }}app: gpu{{ range $name, $value := .extra }}
{{ $name }}: {{ $value }}{{ end }}{{ end }}`,
		"templates/driver.yaml": `{{ with .Values.driver }}{{ if .enabled }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: driver
  labels: {{ include "labels" (dict "extra" $.Values.daemonsets.labels) | nindent 4 }}
data:
  version: {{ .version | quote }}
  manager: {{ dig "manager" "image" "none" . | quote }}
  env: {{ .env | toJson | quote }}
  upgrade: {{ .upgrade.maxUnavailable | quote }}
  selector: {{ $.Values.nodeSelector | toJson | quote }}
  mig: {{ index $.Values "mig" | default "none" | quote }}
{{ end }}{{ end }}`,
	}
}

// withUpstream puts the chart into the bundle, as aicr bundle --vendor-charts does.
func withUpstream(chart map[string]string, values string) func(*testing.T, fstest.MapFS) {
	return func(t *testing.T, bundle fstest.MapFS) {
		t.Helper()
		add(wrapper, `apiVersion: v2
type: application
name: gpu-operator
version: 0.1.0-habc
dependencies:
- name: gpu-operator
  version: 25.3.0
  repository: ""
`)(t, bundle)
		add("gpu-operator/.helmignore", "helmrelease.yaml\nconfigmap-values.yaml\n")(t, bundle)
		bundle[upstreamName] = &fstest.MapFile{Data: packedChart(t, "gpu-operator", chart), Mode: 0o644}
		edit(release, `      chart: gpu-operator
      version: 25.3.0
      interval: 10m
      sourceRef:
        kind: HelmRepository
        name: helm-ngc-nvidia-com-nvidia
`, `      chart: ./bundle/gpu-operator
      version: 0.1.0-habc
      interval: 10m
      sourceRef:
        kind: GitRepository
        name: github-com-acme-clusters
`)(t, bundle)
		edit(release, "  valuesFrom:\n  - kind: ConfigMap\n    name: gpu-operator-values\n", "  values:\n    gpu-operator:\n"+indent(values, 6))(t, bundle)
		remove("sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml")(t, bundle)
		edit(listing, "- sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml\n", "")(t, bundle)
	}
}

func indent(text string, by int) string {
	space := strings.Repeat(" ", by)
	return space + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n"+space) + "\n"
}

func packedChart(t *testing.T, name string, files map[string]string) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	archive := tar.NewWriter(z)
	for _, file := range slices.Sorted(maps.Keys(files)) {
		header := &tar.Header{Name: name + "/" + file, Mode: 0o644, Size: int64(len(files[file])), Typeflag: tar.TypeReg}
		if err := archive.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(files[file])); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// changed is the upstream chart with another text for a file.
func changed(file, text string) map[string]string {
	chart := upstream()
	chart[file] = text
	return chart
}

func TestVendoredChartPasses(t *testing.T) {
	bundle := load(t, "git")
	withUpstream(upstream(), "driver: {version: \"570.26\"}")(t, bundle)
	passes(t, bundle, verify.Options{})
}
