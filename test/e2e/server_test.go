package e2e_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// runs is what the cluster has already.
const runs = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a, image: a}]}}
`

// asked are a bundle and its chart, of which the API server is asked.
var asked = map[string]string{
	"kustomization.yaml": "resources: [web.yaml, secret.yaml, away.yaml, widget.yaml, release.yaml]\n",
	"web.yaml":           runs,
	"secret.yaml":        "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: default}\ntype: kubernetes.io/ssh-auth\nstringData: {ssh-privatekey: hunter22}\n",
	"away.yaml":          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: nowhere}\ndata: {a: b}\n",
	"widget.yaml":        "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a, namespace: default}\nspec: {}\n",
	"release.yaml": `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: own, namespace: flux-system}
spec:
  interval: 30m
  timeout: 15m
  releaseName: own
  targetNamespace: default
  storageNamespace: default
  install: {crds: CreateReplace, strategy: {name: RetryOnFailure}}
  upgrade: {crds: CreateReplace, strategy: {name: RetryOnFailure}}
  chart: {spec: {chart: ./own, sourceRef: {kind: GitRepository, name: flux-system}}}
  values: {port: 80}
`,
	"own/Chart.yaml":          "apiVersion: v2\nname: own\nversion: 1.0.0\n",
	"own/values.yaml":         "port: 8080\n",
	"own/templates/port.yaml": "{{- if not (.Capabilities.APIVersions.Has \"apiregistration.k8s.io/v1/APIService\") }}{{ fail \"the chart is not told of the cluster\" }}{{ end }}\napiVersion: v1\nkind: Service\nmetadata:\n  name: own\nspec:\n  clusterIP: None\n  ports:\n    - port: {{ .Values.port }}\n",
}

// aicr verify --server tells what the API server refuses: fields that cannot be changed, in what charts
// render too. What cannot be asked yet is said, and nothing of a Secret is.
func TestVerifyServer(t *testing.T) {
	s := scenario.New(t, scenario.Options{Alone: true, Cluster: cluster.Options{Without: cluster.FluxParts()}})
	t.Setenv("KUBECONFIG", s.Kubeconfig)
	var existing unstructured.Unstructured
	if err := yaml.Unmarshal([]byte(runs), &existing.Object); err != nil {
		t.Fatal(err)
	}
	s.Create(&existing)
	s.Create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "b", Namespace: "default"}, StringData: map[string]string{"other": "hunter23"}})
	verified := func(change map[string]string) verify.Report {
		t.Helper()
		dir := t.TempDir()
		for name, text := range asked {
			if changed, ok := change[name]; ok {
				before, after, _ := strings.Cut(changed, " => ")
				if !strings.Contains(text, before) {
					t.Fatalf("%s lacks %q", name, before)
				}
				text = strings.Replace(text, before, after, 1)
			}
			file := filepath.Join(dir, name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(text), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		report, err := aicr.Verify(t.Context(), aicr.VerifyOptions{
			Source: dir, Server: true, Context: "e2e",
			Options: verify.Options{External: []string{"GitRepository flux-system/flux-system"}, Skip: []string{"namespace-missing", "secret-in-clear", "constant-version"}},
		})
		if err != nil && errors.CodeOf(err) != errors.ErrCodeVerificationFailed {
			t.Fatal(err)
		}
		return report
	}
	for name, c := range map[string]struct {
		change        map[string]string
		at, path, say string
	}{
		"nothing wrong":              {},
		"a field that cannot change": {map[string]string{"web.yaml": "selector: {matchLabels: {app: web}} => selector: {matchLabels: {app: other}}"}, "web.yaml", "spec.selector", "immutable"},
		"labels that do not fit":     {map[string]string{"web.yaml": "metadata: {labels: {app: web}} => metadata: {labels: {app: x}}"}, "web.yaml", "spec.template.metadata.labels", "selector"},
		"a port of a chart":          {map[string]string{"own/templates/port.yaml": "{{ .Values.port }} => {{ add .Values.port 70000 }}"}, "own/templates/port.yaml", "spec.ports[0].port", "between 1 and 65535"},
		"a field of a chart":         {map[string]string{"own/templates/port.yaml": "clusterIP: None => clusterIPX: None"}, "own/templates/port.yaml", "spec.clusterIPX", ""},
		"a Secret of another type":   {map[string]string{"secret.yaml": "metadata: {name: a, => metadata: {name: b,"}, "secret.yaml", "type", "FieldValueInvalid"},
	} {
		report := verified(c.change)
		var found []verify.Finding
		for _, f := range report.Findings {
			if f.File == c.at && c.at != "" && strings.Contains(f.Message, c.say) && strings.HasPrefix(f.Path, c.path) {
				found = append(found, f)
			}
			if c.at == "" || strings.Contains(f.Message, "hunter2") {
				t.Errorf("%s: %s %s: %s", name, f.Check, f.Place, f.Message)
			}
		}
		if c.at != "" && len(found) != 1 {
			t.Errorf("%s: want %q at %s %s, got %+v", name, c.say, c.at, c.path, report.Findings)
		}
		for _, text := range []string{"their kind yet: example.com/v1 Widget", "their namespace yet: nowhere"} {
			if !slices.ContainsFunc(report.NotSeen, func(n string) bool { return strings.Contains(n, text) }) {
				t.Errorf("%s: nothing says %q: %q", name, text, report.NotSeen)
			}
		}
		if len(report.Notes) == 0 || !strings.Contains(report.Notes[len(report.Notes)-1], `the API server of context "e2e", Kubernetes v`) {
			t.Errorf("%s: notes %q", name, report.Notes)
		}
	}
	if _, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: t.TempDir(), Server: true, Context: "none"}); errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
		t.Errorf("a context that is not there: %v", err)
	}
	s.Checked("what the API server refuses is found by a dry run of a bundle and of its charts")
}
