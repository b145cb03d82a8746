package docs

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/charttest"
)

// sites are what pages ask over HTTPS: Git repositories, archives of GitHub, chart repositories.
func (n *internet) sites(t *testing.T) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("github.com/org/", n.gitServer(t))
	data := dataArchive(t)
	mux.HandleFunc("github.com/NVIDIA/aicr/archive/", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(data) })
	program := charttest.Archive(t, charttest.File{Name: "aicr", Data: "#!/bin/sh\n"})
	mux.HandleFunc("github.com/aicr-flux/aicr/releases/download/", func(w http.ResponseWriter, r *http.Request) {
		switch file := filepath.Base(r.URL.Path); {
		case strings.HasSuffix(file, ".tar.gz"):
			_, _ = w.Write(program)
		case file == "checksums.txt":
			version := strings.TrimPrefix(filepath.Base(filepath.Dir(r.URL.Path)), "v")
			_, _ = fmt.Fprintf(w, "%x  aicr_%s_linux_amd64.tar.gz\n", sha256.Sum256(program), version)
		case file == "checksums.txt.sigstore.json":
			_, _ = w.Write([]byte("{}"))
		default:
			http.NotFound(w, r)
		}
	})
	n.addCharts(t, mux)
	return mux
}

// gitServer serves repositories, which are made when somebody asks for them.
func (n *internet) gitServer(t *testing.T) http.HandlerFunc {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/org/"), "/")
		if _, err := n.repository(name); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		(&cgi.Handler{
			Path: git, Args: []string{"http-backend"}, Root: "/org",
			Env: []string{"GIT_PROJECT_ROOT=" + n.repositories, "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=a"},
		}).ServeHTTP(w, r)
	}
}

// repository is the directory of a bare repository.
func (n *internet) repository(name string) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	dir := filepath.Join(n.repositories, name)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	return dir, exec.Command("git", "init", "--quiet", "--bare", "--initial-branch=main", dir).Run()
}

// dataArchive is the repository of AICR as GitHub packs it, with the data of our examples.
func dataArchive(t *testing.T) []byte {
	t.Helper()
	var files []charttest.File
	data := os.DirFS(filepath.Join(root, "examples/data"))
	err := fs.WalkDir(data, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(data, path)
		files = append(files, charttest.File{Name: "aicr-1.3.0/recipes/" + path, Data: string(content)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return charttest.Archive(t, files...)
}

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
