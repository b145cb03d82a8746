package scenario

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/content/memory"
	"oras.land/oras-go/v2/registry/remote"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/test/charttest"
)

// Chart is a stub: a chart of the name and version that a recipe asks for. It makes a Deployment,
// which kwok makes ready, and the ConfigMap RELEASE-values with the values that it got.
type Chart struct {
	Name, Version string
	// Instant leaves the Deployment out, so that nothing is waited for.
	Instant bool
	// Critical gives the pods of the Deployment the priority of those that a node cannot do without.
	Critical bool
	// Hooks adds a Job before and after each install and upgrade.
	Hooks bool
	// CRDs are put where Helm keeps CRDs.
	CRDs []*apiextensions.CustomResourceDefinition
	// Files are further files by their path in the chart, as in "templates/x.yaml"; one of a path that
	// the stub has replaces it.
	Files map[string]string
}

// The templates of a stub. Values are written as JSON, from which they come back as they were.
const (
	valuesTemplate = `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-values, namespace: {{ .Release.Namespace }}}
data:
  chart: {{ .Chart.Version | quote }}
  revision: {{ .Release.Revision | quote }}
  values.json: {{ .Values | toJson | quote }}
`
	deploymentTemplate = `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
spec:
  selector: {matchLabels: {stub: {{ .Release.Name }}}}
  template:
    metadata: {labels: {stub: {{ .Release.Name }}, chart: {{ .Chart.Version | replace "+" "_" | quote }}}}
    spec: {containers: [{name: stub, image: example.com/stub}]}
`
	hookTemplate = `{{- range $when := list "pre" "post" }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $.Release.Name }}-{{ $when }}
  namespace: {{ $.Release.Namespace }}
  annotations: {helm.sh/hook: "{{ $when }}-install,{{ $when }}-upgrade", helm.sh/hook-delete-policy: "before-hook-creation"}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: stub, image: example.com/stub}]}}}
{{- end }}
`
)

type packedChart struct {
	Chart
	data []byte
}

// archive packs the chart.
func (c Chart) archive(s *Server) []byte {
	files := map[string]string{"values.yaml": "{}\n", "templates/values.yaml": valuesTemplate}
	if !c.Instant {
		files["templates/deployment.yaml"] = deploymentTemplate
		if c.Critical {
			files["templates/deployment.yaml"] = strings.Replace(deploymentTemplate, "{containers:", "{priorityClassName: system-node-critical, containers:", 1)
		}
	}
	if c.Hooks {
		files["templates/hooks.yaml"] = hookTemplate
	}
	var crds bytes.Buffer
	for _, crd := range c.CRDs {
		data, err := yaml.Marshal(crd)
		if err != nil {
			s.t.Fatal(err)
		}
		crds.WriteString("---\n" + string(data))
	}
	if crds.Len() > 0 {
		files["crds/crds.yaml"] = crds.String()
	}
	maps.Copy(files, c.Files)
	entries := []charttest.File{charttest.ChartYAML(c.Name, c.Version)}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		entries = append(entries, charttest.File{Name: c.Name + "/" + name, Data: files[name]})
	}
	return charttest.Archive(s.t, entries...)
}

// address is where the server has what a recipe looks for at a source.
func (s *Server) address(source string) string {
	if rest, ok := strings.CutPrefix(source, "oci://"); ok {
		return "oci://" + s.Host + "/" + strings.TrimSuffix(rest, "/")
	}
	_, rest, _ := strings.Cut(source, "://")
	return "https://" + s.Host + "/charts/" + strings.TrimSuffix(rest, "/")
}

// Add serves a chart to those that look for it at a source of a recipe, https://… or oci://…. A
// chart of the same version is replaced.
func (s *Server) Add(source string, c Chart) {
	s.t.Helper()
	data := c.archive(s)
	key := strings.TrimSuffix(source, "/")
	s.mu.Lock()
	if s.repos[key] == nil {
		s.repos[key] = map[string]packedChart{}
	}
	s.repos[key][c.Name+"-"+strings.TrimPrefix(c.Version, "v")+".tgz"] = packedChart{c, data}
	s.mu.Unlock()
	if strings.HasPrefix(source, "oci://") {
		if err := s.pushChart(s.address(source), c, data); err != nil {
			s.t.Fatal(err)
		}
	}
}

// has reports whether a chart was added.
func (s *Server) has(source, name, version string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.repos[strings.TrimSuffix(source, "/")][name+"-"+strings.TrimPrefix(version, "v")+".tgz"]
	return ok
}

// brings reports whether a chart has the CRD of a kind.
func (s *Server) brings(kind schema.GroupKind) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, repo := range s.repos {
		for _, chart := range repo {
			for _, crd := range chart.CRDs {
				if crd.Spec.Group == kind.Group && crd.Spec.Names.Kind == kind.Kind {
					return true
				}
			}
		}
	}
	return false
}

// serveChart serves an archive, or the index of a repository.
func (s *Server) serveChart(w http.ResponseWriter, r *http.Request, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	repo := s.repos["https://"+path.Dir(name)]
	if path.Base(name) != "index.yaml" {
		packed, ok := repo[path.Base(name)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(packed.data)
		return
	}
	entries := map[string][]map[string]any{}
	for file, packed := range repo {
		sum := sha256.Sum256(packed.data)
		entries[packed.Name] = append(entries[packed.Name], map[string]any{
			"apiVersion": "v2", "name": packed.Name, "version": packed.Version, "urls": []string{file}, "digest": hex.EncodeToString(sum[:]),
		})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"apiVersion": "v1", "entries": entries}) // JSON is YAML
}

// pushChart pushes a chart as Helm does.
func (s *Server) pushChart(address string, c Chart, data []byte) error {
	ctx := context.WithoutCancel(s.t.Context())
	repo, err := remote.NewRepository(strings.TrimPrefix(address, "oci://") + "/" + c.Name)
	if err != nil {
		return err
	}
	repo.Client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.pool(), MinVersion: tls.VersionTLS12}}}
	store := memory.New()
	meta, err := json.Marshal(map[string]string{"apiVersion": "v2", "name": c.Name, "version": c.Version})
	if err != nil {
		return err
	}
	config, err := oras.PushBytes(ctx, store, "application/vnd.cncf.helm.config.v1+json", meta)
	if err != nil {
		return err
	}
	layer, err := oras.PushBytes(ctx, store, "application/vnd.cncf.helm.chart.content.v1.tar+gzip", data)
	if err != nil {
		return err
	}
	manifest, err := oras.PackManifest(ctx, store, oras.PackManifestVersion1_1, "", oras.PackManifestOptions{ConfigDescriptor: &config, Layers: []ocispec.Descriptor{layer}})
	if err != nil {
		return err
	}
	tag := strings.ReplaceAll(c.Version, "+", "_")
	if err := store.Tag(ctx, manifest, tag); err != nil {
		return err
	}
	_, err = oras.Copy(ctx, store, tag, repo, tag, oras.DefaultCopyOptions)
	return err
}

// quiet is for what a server says of clients that do not trust it.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
