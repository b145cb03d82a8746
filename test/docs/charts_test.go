package docs

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/charttest"
)

// addCharts publishes a chart for each component of the examples where the recipe looks for it. It
// takes any values, and runs one container.
func (n *internet) addCharts(t *testing.T, mux *http.ServeMux) {
	t.Helper()
	indices := map[string]map[string][]any{}
	published := map[string]bool{}
	for _, example := range examples.Names() {
		files, err := examples.Files(example)
		if err != nil {
			t.Fatal(err)
		}
		var r recipe.RecipeResult
		if err := yaml.Unmarshal(files["recipe.yaml"], &r); err != nil {
			t.Fatal(err)
		}
		for _, c := range r.ComponentRefs {
			if c.Source == "" || published[c.Source+c.Chart] {
				continue
			}
			published[c.Source+c.Chart] = true
			tgz := chart(t, c.Chart, c.Version)
			if at, ok := strings.CutPrefix(c.Source, "oci://"); ok {
				host, path, _ := strings.Cut(at, "/")
				n.pushChart(t, host, path+"/"+c.Chart, c.Version, tgz)
				continue
			}
			at := strings.TrimSuffix(strings.TrimPrefix(c.Source, "https://"), "/")
			if indices[at] == nil {
				indices[at] = map[string][]any{}
			}
			file := c.Chart + "-" + c.Version + ".tgz"
			indices[at][c.Chart] = append(indices[at][c.Chart], map[string]any{
				"apiVersion": "v2", "name": c.Chart, "version": c.Version, "digest": fmt.Sprintf("%x", sha256.Sum256(tgz)), "urls": []string{file},
			})
			for _, base := range mirrored(at) {
				mux.HandleFunc(base+"/"+file, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(tgz) })
			}
		}
	}
	for at, entries := range indices {
		index, err := yaml.Marshal(map[string]any{"apiVersion": "v1", "entries": entries})
		if err != nil {
			t.Fatal(err)
		}
		for _, base := range mirrored(at) {
			mux.HandleFunc(base+"/index.yaml", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(index) })
		}
	}
}

// mirrored are the places of a chart repository: its own, and that in the mirror of the pages.
func mirrored(at string) []string { return []string{at, "mirror.internal/" + at} }

func chart(t *testing.T, name, version string) []byte {
	t.Helper()
	return charttest.Archive(t, charttest.ChartYAML(name, version),
		charttest.File{Name: name + "/templates/deployment.yaml", Data: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Chart.Name }}
  namespace: {{ .Release.Namespace }}
  annotations:
    values: {{ toYaml .Values | sha256sum }}
spec:
  selector: {matchLabels: {app: {{ .Chart.Name }}}}
  template:
    metadata: {labels: {app: {{ .Chart.Name }}}}
    spec:
      containers:
      - name: main
        image: ghcr.io/org/{{ .Chart.Name }}:{{ .Chart.Version }}
`})
}

// pushChart puts a chart into a registry as helm does.
func (n *internet) pushChart(t *testing.T, host, path, version string, tgz []byte) {
	t.Helper()
	send := func(method, to, mediaType string, body []byte) {
		r := httptest.NewRequest(method, "/v2/"+path+to, bytes.NewReader(body))
		r.Header.Set("Content-Type", mediaType)
		w := httptest.NewRecorder()
		n.registry(host).ServeHTTP(w, r)
		if w.Code != http.StatusCreated {
			t.Fatalf("%s %s: status %d: %s", method, to, w.Code, w.Body)
		}
	}
	blob := func(mediaType string, data []byte) map[string]any {
		digest := fmt.Sprintf("sha256:%x", sha256.Sum256(data))
		send(http.MethodPost, "/blobs/uploads/?digest="+digest, "application/octet-stream", data)
		return map[string]any{"mediaType": mediaType, "digest": digest, "size": len(data)}
	}
	const mediaType = "application/vnd.oci.image.manifest.v1+json"
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": mediaType,
		"config": blob("application/vnd.cncf.helm.config.v1+json", fmt.Appendf(nil, `{"name":%q}`, path)),
		"layers": []any{blob("application/vnd.cncf.helm.chart.content.v1.tar+gzip", tgz)},
	})
	if err != nil {
		t.Fatal(err)
	}
	send(http.MethodPut, "/manifests/"+version, mediaType, manifest)
}
