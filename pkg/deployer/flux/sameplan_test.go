package flux_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"path"
	"strings"
	"testing"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/values"
)

// samePlan reads the whole bundle back with Flux's types and compares it with
// the plan that it was written from.
func samePlan(t *testing.T, plan *flux.Plan, fsys fs.FS) {
	t.Helper()
	var want, got flux.Plan
	want.Releases, want.Repositories, want.Git = nil, plan.Repositories, plan.Git
	for _, repo := range plan.Repositories {
		r := readAs[sourcev1.HelmRepository](t, fsys, "sources/helmrepo-"+repo.Name+".yaml")
		read := flux.Repository{Name: r.Name, URL: r.Spec.URL, OCI: r.Spec.Type == "oci"}
		if r.Spec.SecretRef != nil {
			read.Secret = r.Spec.SecretRef.Name
		}
		if r.Spec.CertSecretRef != nil {
			read.CertSecret = r.Spec.CertSecretRef.Name
		}
		got.Repositories = append(got.Repositories, read)
	}
	if plan.Git != nil {
		r := readAs[sourcev1.GitRepository](t, fsys, "sources/gitrepo-"+plan.Git.Name+".yaml")
		got.Git = &flux.GitSource{Name: r.Name, URL: r.Spec.URL, Branch: r.Spec.Reference.Branch}
		if r.Spec.SecretRef != nil {
			got.Git.Secret = r.Spec.SecretRef.Name
		}
		if r.Spec.ProxySecretRef != nil {
			got.Git.ProxySecret = r.Spec.ProxySecretRef.Name
		}
	}
	if diff := cmp.Diff(want.Repositories, got.Repositories); diff != "" {
		t.Errorf("chart repositories (-plan +bundle)\n%s", diff)
	}
	if diff := cmp.Diff(want.Git, got.Git); diff != "" {
		t.Errorf("Git repository (-plan +bundle)\n%s", diff)
	}
	for i := range plan.Releases {
		r := &plan.Releases[i]
		if diff := cmp.Diff(factsOf(r), readFacts(t, fsys, plan, r.Name)); diff != "" {
			t.Errorf("release %q (-plan +bundle)\n%s", r.Name, diff)
		}
	}
}

// facts are everything of a release that its objects must say.
type facts struct {
	Name, TargetNamespace, StorageNamespace   string
	Create                                    bool
	Chart, Version, SourceKind, SourceName    string
	Needs                                     []string
	Values, Dynamic                           any
	Secrets                                   []flux.SecretValue
	ConfigMap, ChartVersion, ChartApp, Source string
}

func factsOf(r *flux.Release) facts {
	f := facts{
		Name: r.Name, TargetNamespace: r.TargetNamespace, StorageNamespace: r.StorageNamespace, Create: r.CreateNamespace,
		Chart: r.Chart, Version: r.Version, SourceKind: r.SourceKind, SourceName: r.SourceName, Needs: append([]string{}, r.DependsOn...),
		Values: asJSON(r.Values), Dynamic: asJSON(r.Dynamic), Secrets: r.SecretValues,
	}
	if r.HasConfigMap() {
		f.ConfigMap = r.ConfigMapName()
	}
	if r.Local != nil {
		f.ChartVersion, f.ChartApp = r.Local.Version, r.Local.AppVersion
	}
	if r.SourceKind == "ExternalArtifact" {
		f.Chart, f.Version = "", ""
	}
	return f
}

func readFacts(t *testing.T, fsys fs.FS, plan *flux.Plan, name string) facts {
	t.Helper()
	hr := helmRelease(t, fsys, name)
	f := facts{
		Name: hr.Name, TargetNamespace: hr.Spec.TargetNamespace, StorageNamespace: hr.Spec.StorageNamespace, Create: hr.Spec.Install.CreateNamespace,
		Needs: needs(hr), Values: asJSON(nil), Dynamic: asJSON(nil),
	}
	if hr.Spec.Values != nil {
		f.Values = asJSON(fromJSON(t, hr.Spec.Values.Raw))
	}
	switch {
	case hr.Spec.ReleaseName != name || hr.Namespace != plan.Namespace:
		t.Errorf("%s: release %q in %q", name, hr.Spec.ReleaseName, hr.Namespace)
	case hr.Spec.ChartRef != nil:
		f.SourceKind, f.SourceName = hr.Spec.ChartRef.Kind, hr.Spec.ChartRef.Name
	default:
		spec := hr.Spec.Chart.Spec
		f.Chart, f.Version, f.SourceKind, f.SourceName = spec.Chart, spec.Version, spec.SourceRef.Kind, spec.SourceRef.Name
	}
	for _, from := range hr.Spec.ValuesFrom {
		if from.Kind == "Secret" {
			keys, err := values.ParsePath(from.TargetPath)
			if err != nil {
				t.Error(err)
			}
			f.Secrets = append(f.Secrets, flux.SecretValue{Path: keys, Secret: from.Name, Key: from.ValuesKey})
			continue
		}
		file := "configmap-values.yaml"
		if from.Name != name+"-values" {
			file = "configmap-defaults.yaml"
		}
		cm := readAs[corev1.ConfigMap](t, fsys, path.Join(name, file))
		f.ConfigMap = cm.Name
		text, err := yaml.YAMLToJSONStrict([]byte(cm.Data[from.ValuesKey]))
		if err != nil || from.Name != cm.Name {
			t.Errorf("%s: %v\n%s", name, err, cm.Data[from.ValuesKey])
		}
		if strings.HasPrefix(from.ValuesKey, "generated-") {
			if cm.Data[from.ValuesKey] != "" {
				t.Errorf("%s: the key %s is there to be found, and has values", name, from.ValuesKey)
			}
			continue
		}
		f.Dynamic = asJSON(fromJSON(t, text))
	}
	if _, err := fs.Stat(fsys, path.Join(name, "Chart.yaml")); err == nil {
		chart := readAs[struct {
			APIVersion, Name, Type, Version, AppVersion string
			Annotations                                 map[string]string
			Dependencies                                []map[string]string
		}](t, fsys, path.Join(name, "Chart.yaml"))
		f.ChartVersion, f.ChartApp = chart.Version, chart.AppVersion
	}
	return f
}

// asJSON makes values comparable that went through JSON and those that did not.
func asJSON(v any) string {
	if m, ok := v.(map[string]any); ok && len(m) == 0 {
		v = nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// fromJSON keeps every digit.
func fromJSON(t *testing.T, text []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	if m, ok := v.(map[string]any); ok {
		return m
	}
	return map[string]any(nil)
}
