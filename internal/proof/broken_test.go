package proof

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestBrokenBundles proves that each proof can fail: one defect a case, and the complaint that must name it.
func TestBrokenBundles(t *testing.T) {
	const (
		release   = "gpu-operator/helmrelease.yaml"
		pre       = "gpu-operator-pre/helmrelease.yaml"
		configMap = "gpu-operator/configmap-values.yaml"
		listing   = "kustomization.yaml"
		generator = "gpu-operator-pre/artifactgenerator.yaml"
		template  = "gpu-operator-pre/templates/quota.yaml"
	)
	edit := func(file, old, replacement string) func(*testing.T, fstest.MapFS) {
		return func(t *testing.T, bundle fstest.MapFS) {
			t.Helper()
			replace(t, bundle, file, old, replacement)
		}
	}
	add := func(file, content string) func(*testing.T, fstest.MapFS) {
		return func(_ *testing.T, bundle fstest.MapFS) {
			bundle[file] = &fstest.MapFile{Data: []byte(content), Mode: 0o644}
		}
	}
	remove := func(file string) func(*testing.T, fstest.MapFS) {
		return func(_ *testing.T, bundle fstest.MapFS) { delete(bundle, file) }
	}

	for _, c := range []struct {
		name, mode string
		defect     func(*testing.T, fstest.MapFS)
		want       string
	}{
		// The build.
		{"no kustomization", "git", remove(listing), "kustomization"},
		{"duplicate resource", "git", edit(listing, "- gpu-operator/helmrelease.yaml\n", "- gpu-operator/helmrelease.yaml\n- gpu-operator/helmrelease.yaml\n"), "may not add resource"},
		{"listed file is not there", "git", remove(configMap), configMap},
		{"two objects of one id", "git", edit(release, "name: gpu-operator\n", "name: cert-manager\n"), "may not add resource"},
		{"not YAML", "git", edit(release, "spec:", "spec: ["), "YAML"},
		{"unlisted object", "git", edit(listing, "- gpu-operator/helmrelease.yaml\n", ""), "does not list it"},
		{"unsorted list", "git", edit(listing, "- sources/helmrepo-charts-jetstack-io.yaml\n- sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml\n", "- sources/helmrepo-helm-ngc-nvidia-com-nvidia.yaml\n- sources/helmrepo-charts-jetstack-io.yaml\n"), "not sorted"},
		{"two documents", "git", edit(release, "spec:", "---\nspec:"), "missing Resource metadata"},
		{"a second whole object", "git", edit(configMap, "apiVersion", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: flux-system}\n---\napiVersion"), "holds 2 documents"},
		{"a transformer", "git", edit(listing, "resources:", "namePrefix: x-\nresources:"), "no listed file holds it"},
		{"a label for all", "git", edit(listing, "resources:", "labels:\n- pairs: {a: b}\nresources:"), "the build changes it"},
		{"unknown field in the kustomization", "git", edit(listing, "resources:", "resource: []\nresources:"), "resource"},

		// Strict decoding.
		{"unknown field", "git", edit(release, "  timeout:", "  timeOut:"), `unknown field "spec.timeOut"`},
		{"duplicate field", "git", edit(release, "  timeout: 15m", "  timeout: 15m\n  timeout: 16m"), `"timeout" already defined`},
		{"wrong type", "git", edit(release, "interval: 30m", "interval: [30m]"), "spec.interval"},
		{"unknown kind", "git", edit(release, "kind: HelmRelease", "kind: HelmReleases"), "no kind that a bundle may hold"},
		{"a secret", "git", edit(configMap, "kind: ConfigMap", "kind: Secret"), "no kind that a bundle may hold"},
		{"an old API version", "git", edit(release, "helm.toolkit.fluxcd.io/v2", "helm.toolkit.fluxcd.io/v2beta2"), "no kind that a bundle may hold"},

		// The CRD.
		{"a field the API server drops", "git", edit(release, "  timeout:", "  timeOut:"), "there is no such field"},
		{"a CEL rule", "git", edit(release, "name: RetryOnFailure", "name: RemediateOnFailure"), "retryInterval"},
		{"a CEL rule of the spec", "git", edit(release, "  chart:\n", "  chartRef: {kind: OCIRepository, name: x}\n  chart:\n"), "either chart or chartRef must be set"},
		{"a pattern", "git", edit(release, "timeout: 15m", "timeout: 15 minutes"), "no duration"},
		{"an enum", "git", edit(release, "crds: CreateReplace", "crds: Replace"), "supported values"},
		{"a required field", "git", edit("sources/helmrepo-charts-jetstack-io.yaml", "  url:", "  # url:"), "url"},
		{"an scp URL", "git", edit("sources/gitrepo-github-com-your-org-your-repo.yaml", "https://github.com/YOUR", "git@github.com:YOUR"), "spec.url"},
		{"a CEL rule of the ArtifactGenerator", "oci", edit(generator, "- name: gpu-operator-pre-chart", "- name: Chart_"), "valid Kubernetes object names"},
		{"a name", "git", edit(release, "name: gpu-operator\n", "name: GPU_Operator\n"), "metadata.name"},
		{"no namespace", "git", edit(release, "  namespace: flux-system\n", ""), "metadata.namespace"},
		{"a label", "git", edit(configMap, "watch: Enabled", "watch: not a label"), "metadata.labels"},
		{"a key of a ConfigMap", "git", edit(configMap, "  values.yaml: |", "  values/yaml: |"), "values/yaml"},

		// References.
		{"unknown dependsOn", "git", edit(release, "- name: gpu-operator-pre", "- name: gpu-operator-post"), "HelmRelease flux-system/gpu-operator-post, which the bundle does not hold"},
		{"dependsOn in another namespace", "git", edit(release, "- name: gpu-operator-pre", "- name: gpu-operator-pre\n    namespace: other"), "other/gpu-operator-pre"},
		{"cycle", "git", edit("cert-manager/helmrelease.yaml", "  chart:\n", "  dependsOn: [{name: gpu-operator}]\n  chart:\n"), "wait for each other"},
		{"waits for itself", "git", edit(release, "- name: gpu-operator-pre", "- name: gpu-operator"), "gpu-operator → gpu-operator"},
		{"unknown source", "git", edit(release, "name: helm-ngc-nvidia-com-nvidia", "name: nowhere"), "HelmRepository flux-system/nowhere"},
		{"unused source", "git", edit(release, "name: helm-ngc-nvidia-com-nvidia", "name: charts-jetstack-io"), "HelmRepository flux-system/helm-ngc-nvidia-com-nvidia: nothing refers to it"},
		{"unknown values", "git", edit(release, "name: gpu-operator-values", "name: gpu-values"), "ConfigMap flux-system/gpu-values"},
		{"unknown key of values", "git", edit(release, "name: gpu-operator-values", "name: gpu-operator-values\n    valuesKey: other.yaml"), "other.yaml"},
		{"unknown artifact", "oci", edit(pre, "name: gpu-operator-pre-chart", "name: other-chart"), "ExternalArtifact flux-system/other-chart"},
		{"unused artifact", "oci", edit(pre, "name: gpu-operator-pre-chart", "name: other-chart"), "gpu-operator-pre-chart: nothing refers to it"},
		{"unknown source of an artifact", "oci", edit(generator, "kind: OCIRepository", "kind: GitRepository"), "GitRepository flux-system/aicr-bundle"},
		{"one storage for two", "git", edit(release, "releaseName: gpu-operator\n", "releaseName: gpu-operator-pre\n"), "is stored as Helm release"},

		// Local charts.
		{"broken template", "git", edit(template, "{{- $values", "{{- if $values"), "parse error"},
		{"template that fails", "git", edit(template, "{{ .Release.Name }}", "{{ fail `no` }}"), "no"},
		{"values of another shape", "git", edit(pre, "    gpu-operator:\n      quota: 4", "    gpu-operator: text"), "can't evaluate field quota"},
		{"rendered YAML is broken", "oci", edit(template, "  hard:", "  hard: ["), "yaml"},
		{"rendered without a kind", "oci", edit(template, "kind: ResourceQuota", "knd: ResourceQuota"), "'Kind' is missing"},
		{"rendered without an apiVersion", "oci", edit(template, "apiVersion: v1\n", ""), "apiVersion"},
		{"values that are not YAML", "git", edit(configMap, "    gpu-operator:", "    gpu-operator: ]"), "gpu-operator-values"},
		{"release file in the chart", "git", remove("gpu-operator-pre/.helmignore"), "helmrelease.yaml ends up in the chart"},
		{"glob that keeps the whole path", "oci", edit(generator, "gpu-operator-pre/Chart.yaml", "gpu-operator-pre/*"), "Chart.yaml file is missing"},
		{"whole directory in the artifact", "oci", edit(generator, "gpu-operator-pre/Chart.yaml\"\n      to: \"@artifact/gpu-operator-pre/", "gpu-operator-pre\"\n      to: \"@artifact/"), "helmrelease.yaml ends up in the chart"},
		{"glob that matches nothing", "oci", edit(generator, "gpu-operator-pre/templates/**", "gpu-operator-pre/charts/**"), "nothing matches"},
		{"file that is not there", "oci", edit(generator, "gpu-operator-pre/Chart.yaml", "gpu-operator-pre/Chart.yml"), "Chart.yml"},
		{"chart at the root of the artifact", "oci", edit(generator, "@artifact/gpu-operator-pre/\"", "@artifact/\""), "one directory"},
		{"unknown alias", "oci", edit(generator, "@bundle/gpu-operator-pre/Chart.yaml", "@other/gpu-operator-pre/Chart.yaml"), `no source "other"`},
		{"wrong path of the chart", "git", edit(pre, "./bundle/gpu-operator-pre", "./bundle/gpu-operator"), "looks for the chart"},
		{"wrong version of the chart", "git", edit(pre, "0.1.0-h1a2b3c4d5e6f", "0.1.0"), "wants version"},
		{"no chart", "git", remove("gpu-operator-pre/Chart.yaml"), "there is no gpu-operator-pre/Chart.yaml"},
		{"chart without a release", "git", add("lost/Chart.yaml", "apiVersion: v2\nname: lost\nversion: 0.1.0\n"), "a chart without a release"},
		{"chart beside a release from elsewhere", "git", add("gpu-operator/Chart.yaml", "apiVersion: v2\nname: gpu-operator\nversion: 0.1.0\n"), "takes the chart from elsewhere"},
		{"version of the application is a number", "git", edit("gpu-operator-pre/Chart.yaml", "appVersion: v25.3.0", "appVersion: 25.3"), "appVersion should be of type string"},
		{"missing dependency", "git", edit("gpu-operator-pre/Chart.yaml", "appVersion:", "dependencies: [{name: x, version: 1.0.0, repository: \"\"}]\nappVersion:"), "would have to download"},
		{"file that Flux drops", "git", add("gpu-operator-pre/files/logo.png", "png"), "Flux drops this file"},
		{"file that is too large", "git", add("gpu-operator-pre/files/large.bin", strings.Repeat("x", maxChartFile+1)), "Flux takes"},
		{"sourceignore", "git", add("gpu-operator-pre/.sourceignore", "*.md\n"), "cannot be judged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bundle := load(t, c.mode)
			c.defect(t, bundle)
			_, err := Prove(bundle)
			if err == nil {
				t.Fatal("passes")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("the complaint does not name %q:\n%v", c.want, err)
			}
		})
	}
}
