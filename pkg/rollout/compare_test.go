package rollout_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

const compared = `
-- kustomization.yaml --
resources: [repo.yaml, oci.yaml, git.yaml, remote.yaml, local.yaml, ref.yaml, values.yaml]
-- repo.yaml --
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: repo, namespace: flux-system}
spec: {url: https://charts.example.com}
-- oci.yaml --
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: cert, namespace: flux-system}
spec: {url: oci://registry.example.com/charts/cert-manager, ref: {tag: 1.0.0}}
-- git.yaml --
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: git, namespace: flux-system}
spec: {url: https://git.example.com/x}
-- remote.yaml --
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: gpu-operator, namespace: flux-system}
spec:
  interval: 30m
  releaseName: gpu-operator
  targetNamespace: gpu
  storageNamespace: gpu
  chart: {spec: {chart: gpu-operator, version: v1.0.0, sourceRef: {kind: HelmRepository, name: repo}}}
  valuesFrom: [{kind: ConfigMap, name: values}]
  values: {driver: {enabled: true}}
-- values.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: values, namespace: flux-system}
data: {values.yaml: "{own: default}"}
-- ref.yaml --
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cert-manager, namespace: flux-system}
spec:
  targetNamespace: cert
  chartRef: {kind: OCIRepository, name: cert}
-- local.yaml --
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: tuning, namespace: flux-system}
spec:
  targetNamespace: gpu
  chart: {spec: {chart: bundles/a/tuning, version: 0.1.0-h1, sourceRef: {kind: GitRepository, name: git}}}
-- tuning/Chart.yaml --
apiVersion: v2
name: tuning
version: 0.1.0-h1
-- tuning/templates/a.yaml --
a: b
-- wrapped/Chart.yaml --
apiVersion: v2
name: gpu-operator
version: 0.1.0-h2
dependencies: [{name: gpu-operator, version: 1.0.0, repository: ""}]
`

func TestCompare(t *testing.T) {
	gpu := rollout.Change{Action: rollout.Upgrade, Release: "gpu-operator", Namespace: "gpu", From: "v1.0.0", To: "v1.0.0"}
	with := func(c rollout.Change, change func(*rollout.Change)) []rollout.Change {
		change(&c)
		return []rollout.Change{c}
	}
	because := func(why ...string) []rollout.Change {
		return with(gpu, func(c *rollout.Change) { c.Because = why })
	}
	again := func(why ...string) []rollout.Change {
		return with(gpu, func(c *rollout.Change) { c.Action, c.Because = rollout.Reinstall, why })
	}
	for name, c := range map[string]struct {
		edit []string
		want []rollout.Change
	}{
		"nothing":                {nil, nil},
		"how often Flux looks":   {[]string{"interval: 30m", "interval: 1h", "  targetNamespace: gpu\n  storage", "  timeout: 5m\n  targetNamespace: gpu\n  storage"}, nil},
		"another spelling":       {[]string{"version: v1.0.0", "version: 1.0.0"}, nil},
		"a version":              {[]string{"version: v1.0.0", "version: v1.1.0"}, with(gpu, func(c *rollout.Change) { c.To = "v1.1.0" })},
		"a value":                {[]string{"enabled: true", "enabled: false"}, because("values")},
		"a value in a ConfigMap": {[]string{"own: default", "own: mine"}, because("values")},
		"a value that is hidden": {[]string{"own: default", "own: default, driver: {enabled: false}"}, nil},
		"the same values, moved": {[]string{"{own: default}", "{}", "driver: {enabled: true}}", "driver: {enabled: true}, own: default}"}, nil},
		"where values come from": {[]string{"valuesFrom: [", "valuesFrom: [{kind: Secret, name: s}, "}, because("values")},
		"a post-renderer":        {[]string{"  valuesFrom:", "  postRenderers: [{kustomize: {}}]\n  valuesFrom:"}, because("postRenderers")},
		"a release name":         {[]string{"releaseName: gpu-operator", "releaseName: gpu"}, again("release name gpu-operator → gpu")},
		"no release name":        {[]string{"  releaseName: gpu-operator\n", "", "  storageNamespace: gpu\n", ""}, again("release name gpu-operator → gpu-gpu-operator", "storage namespace gpu → flux-system")},
		"a target": {[]string{"  targetNamespace: gpu\n  storage", "  targetNamespace: other\n  storage"}, with(gpu, func(c *rollout.Change) {
			c.Action, c.Namespace, c.Because = rollout.Reinstall, "other", []string{"target namespace gpu → other"}
		})},
		"a chart":             {[]string{"chart: gpu-operator,", "chart: gpu,"}, again("chart gpu-operator → gpu")},
		"a chart, in place":   {[]string{"chart: gpu-operator,", "chart: gpu,", "  valuesFrom:", "  upgrade: {chartNameChangeStrategy: InPlaceUpdate}\n  valuesFrom:"}, nil},
		"an OCI chart's name": {[]string{"charts/cert-manager", "charts/other"}, []rollout.Change{{Action: rollout.Reinstall, Release: "cert-manager", Namespace: "cert", From: "1.0.0", To: "1.0.0", Because: []string{"chart cert-manager → other"}}}},
		"an OCI chart's tag":  {[]string{"tag: 1.0.0", "tag: 1.1.0"}, []rollout.Change{{Action: rollout.Upgrade, Release: "cert-manager", Namespace: "cert", From: "1.0.0", To: "1.1.0"}}},
		"manifests":           {[]string{"version: 0.1.0-h1", "version: 0.1.0-h9"}, []rollout.Change{{Action: rollout.Upgrade, Release: "tuning", Namespace: "gpu", From: "0.1.0-h1", To: "0.1.0-h9"}}},
		"a vendored chart": {
			[]string{"chart: gpu-operator, version: v1.0.0, sourceRef: {kind: HelmRepository, name: repo}", "chart: bundles/a/wrapped, version: 0.1.0-h2, sourceRef: {kind: GitRepository, name: git}"},
			with(gpu, func(c *rollout.Change) { c.To, c.Because = "1.0.0", []string{"chart"} }),
		},
		"one less": {[]string{", local.yaml", ""}, []rollout.Change{{Action: rollout.Uninstall, Release: "tuning", Namespace: "gpu", From: "0.1.0-h1"}}},
		"another Flux namespace": {[]string{"name: tuning, namespace: flux-system", "name: tuning, namespace: flux"}, []rollout.Change{
			{Action: rollout.Uninstall, Release: "tuning", Namespace: "gpu", From: "0.1.0-h1"}, {Action: rollout.Install, Release: "tuning", Namespace: "gpu", To: "0.1.0-h1"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			edited := strings.NewReplacer(c.edit...).Replace(compared)
			if len(c.edit) > 0 && edited == compared {
				t.Fatal("nothing is edited")
			}
			if diff := cmp.Diff(c.want, rollout.Compare(read(t, compared), read(t, edited)), cmpopts.IgnoreFields(rollout.Change{}, "Ref")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Flux rolls an artifact out again when anything in it changes.
func TestCompareArtifacts(t *testing.T) {
	const bundle = `
-- kustomization.yaml --
resources: [all.yaml]
-- all.yaml --
apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata: {name: tuning-chart, namespace: flux-system}
spec:
  sources: [{alias: bundle, kind: OCIRepository, name: aicr-bundle}]
  artifacts: [{name: tuning-chart, copy: [{from: "@bundle/tuning/Chart.yaml", to: "@artifact/tuning/"}, {from: "@bundle/tuning/templates/**", to: "@artifact/tuning/templates/"}]}]
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: tuning, namespace: flux-system}
spec: {targetNamespace: gpu, chartRef: {kind: ExternalArtifact, name: tuning-chart}}
-- tuning/Chart.yaml --
apiVersion: v2
name: tuning
version: 0.1.0-h1
-- tuning/templates/a.yaml --
a: b
-- tuning/README.md --
a
`
	for old, changed := range map[string]bool{"a: b": true, "README.md --\na": false} {
		edited := strings.Replace(bundle, old, old+"c", 1)
		var want []rollout.Change
		if changed {
			want = []rollout.Change{{Action: rollout.Upgrade, Release: "tuning", Namespace: "gpu", From: "0.1.0-h1", To: "0.1.0-h1", Because: []string{"chart"}}}
		}
		if diff := cmp.Diff(want, rollout.Compare(read(t, bundle), read(t, edited)), cmpopts.IgnoreFields(rollout.Change{}, "Ref")); diff != "" {
			t.Errorf("%q (-want +got)\n%s", old, diff)
		}
	}
}
