package e2e_test

import (
	"fmt"
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// A bundle of another form takes the place of the one that runs, and nothing is installed anew: the
// order, where charts come from, and the way in. One Kustomization owns the releases all the time.
func TestHazard79_Switch(t *testing.T) {
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
	manifest := func(name string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\ndata: {replicas: '{{ (index .Values \"operator\").replicas }}'}\n"
	}
	recipe := s.Recipe(`{name: base, namespace: base, $charts, version: 1.0.0, overrides: {port: 1, name: base}}
		{name: operator, namespace: operator, $charts, version: 1.0.0, overrides: {replicas: 2}, preManifestFiles: [quota.yaml], manifestFiles: [policy.yaml], dependencyRefs: [base]}
		{name: tuning, namespace: operator, type: Helm, manifestFiles: [tuning.yaml], dependencyRefs: [operator]}
		{name: app, namespace: app, type: Helm, source: 'oci://charts.example.com/apps', version: 1.0.0, dependencyRefs: [base]}`,
		map[string]string{"quota.yaml": manifest("quota"), "policy.yaml": manifest("policy"), "tuning.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tuning}\n"})
	const owner = "aicr-bundles-gpu"
	pushed := 0
	rollout := func(o deployer.Options) {
		options := aicr.BundleOptions{Recipe: recipe, Options: o, Output: s.Git.Path(scenario.BundlePath), DynamicValues: map[string][]string{"base": {"port"}}}
		options.Sync.File = s.Git.Path(scenario.SyncPath)
		if o.OCISourceName != "" {
			pushed++
			options.Output = fmt.Sprintf("oci://%s/org/bundle:1.0.%d", s.Registry.Host, pushed)
		}
		b := s.Bundle(options)
		s.Rollout(b)
		s.Until("the only Kustomization", &kustomizev1.KustomizationList{}, func(objects scenario.Objects) string {
			if len(objects) != 1 || objects[owner] == nil {
				return fmt.Sprintf("there are %v", objects)
			}
			return ""
		})
	}
	var (
		charts = []string{"base", "operator", "app"}
		local  = []string{"operator-pre", "operator-post", "tuning"}
		all    = append(append([]string{}, charts...), local...)
		git    = deployer.Options{Ordering: "chain"}
		graph  = deployer.Options{Ordering: "graph"}
		vendor = deployer.Options{Ordering: "graph", VendorCharts: true}
	)
	oci := func(o deployer.Options) deployer.Options {
		o.OCISourceName = "aicr-bundle"
		return o
	}
	rollout(git)
	before := s.Revisions()
	s.Git.Replace(scenario.BundlePath+"/base/configmap-values.yaml", "port: 1", "port: 2")
	rollout(git)
	s.UpgradedOnce(before, "base")
	edited := map[string]any{"port": 2, "name": "base"}
	s.SameValues("base", edited)

	for _, to := range []struct {
		name     string
		o        deployer.Options
		upgraded []string
		nested   bool // whether the cluster's own values are where the other form has them
	}{
		{"plain to vendored", vendor, charts, false},
		{"vendored to plain", graph, charts, false},
		{"Git to OCI", oci(graph), local, false},
		{"graph to chain in OCI mode", oci(git), nil, false},
		{"OCI to Git", git, local, false},
		{"plain to vendored, chain to graph", vendor, charts, false},
		{"vendored in Git to OCI", oci(vendor), all, false},
		{"vendored to plain in OCI mode", oci(graph), charts, true},
		{"OCI to vendored in Git", vendor, all, false},
	} {
		installed, before := s.Installed(), s.Revisions()
		rollout(to.o)
		s.UpgradedOnce(before, to.upgraded...)
		s.InPlace(installed)
		if to.nested {
			var own corev1.ConfigMap
			s.Get(&own, "base-values")
			own.Data["values.yaml"] = "port: 2\n"
			before := s.Revisions()
			if err := s.Client.Update(t.Context(), &own, client.FieldOwner("kubectl-edit")); err != nil {
				t.Fatal(err)
			}
			s.UpgradedOnce(before, "base")
		}
		s.SameValues("base", edited)
		if t.Failed() {
			for _, h := range s.Releases()["base"].Status.History {
				t.Logf("%d %s %s %s %s", h.Version, h.ChartName, h.ChartVersion, h.ConfigDigest, h.LastDeployed)
			}
			t.Fatalf("%s: see above", to.name)
		}
		s.Checked("%s: %d of %d upgraded, none installed anew", to.name, len(to.upgraded), len(all))
	}
}
