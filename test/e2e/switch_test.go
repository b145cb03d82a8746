package e2e_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// A bundle of another form takes the place of the one that runs, and nothing is installed anew: the
// order, where charts come from, and the way in. One Kustomization owns the releases all the time.
func TestHazard79_Switches(t *testing.T) {
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
		deleteFormerSource(s, b)
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

	isOCI := false
	for _, to := range []struct {
		name     string
		o        deployer.Options
		upgraded []string
		moves    bool // whether base gets its own values at another place: see below
	}{
		{"chain to graph", graph, nil, false},
		{"graph to chain", git, nil, false},
		{"plain to vendored", vendor, charts, true},
		{"vendored to plain", graph, charts, true},
		{"Git to OCI", oci(graph), local, false},
		{"graph to chain in OCI mode", oci(git), nil, false},
		{"OCI to Git", git, local, false},
		{"plain to vendored, chain to graph", vendor, charts, true},
		{"vendored in Git to OCI", oci(vendor), all, false},
		{"vendored to plain in OCI mode", oci(graph), charts, true},
		{"OCI to vendored in Git", vendor, all, true},
	} {
		installed, before := s.Installed(), s.Revisions()
		wasOCI := isOCI
		isOCI = to.o.OCISourceName != ""
		rollout(to.o)
		if to.moves && (wasOCI || isOCI) {
			// In OCI mode the values in the cluster are moved by hand, below; and a HelmRelease of
			// OCI mode does not ask for the key that the ConfigMap of Git mode has.
			delete(before, "base")
		}
		s.InPlace(installed)
		s.UpgradedOnce(before, to.upgraded...)
		if to.moves && to.o.OCISourceName != "" {
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
			t.Fatalf("%s: see above", to.name)
		}
		s.Checked("%s: %d of %d upgraded, none installed anew", to.name, len(to.upgraded), len(all))
	}
}

// deleteFormerSource does what the steps of a bundle say about the source of before.
func deleteFormerSource(s *scenario.S, b *scenario.Bundle) {
	s.Helper()
	for _, step := range b.DeploymentSteps {
		_, source, _ := strings.Cut(step, "kubectl -n "+s.Namespace+" delete ")
		if kind, name, ok := strings.Cut(source, "/"); ok {
			meta := metav1.ObjectMeta{Namespace: s.Namespace, Name: name}
			var former client.Object = &sourcev1.OCIRepository{ObjectMeta: meta}
			var all client.ObjectList = &sourcev1.OCIRepositoryList{}
			if kind == "gitrepository" {
				former, all = &sourcev1.GitRepository{ObjectMeta: meta}, &sourcev1.GitRepositoryList{}
			}
			if err := s.Client.Delete(s.Context(), former); err != nil {
				s.Fatal(err)
			}
			s.Until(source, all, func(objects scenario.Objects) string {
				if objects[name] != nil {
					return "it is there"
				}
				return ""
			})
		}
	}
}

// Charts that are in the bundle need no server.
func TestVendoredOffline(t *testing.T) {
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
	l := newLife(s, upgradeForms()["git/graph/vendored"])
	l.write(1, 1)
	b := l.bundle()
	s.Charts.Off(true)
	s.Charts.Requests()
	s.Rollout(b)
	if asked := s.Charts.Requests(); len(asked) > 0 {
		t.Errorf("the chart server was asked: %s", strings.Join(asked, ", "))
	}
	s.Checked("%d releases ready without the chart server", len(b.Releases()))
}

// What flux bootstrap has put into the repository stays as it is.
func TestBootstrapIsUntouched(t *testing.T) {
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
	l := newLife(s, upgradeForms()["git/chain"])
	l.write(1, 1)
	own := "clusters/test/flux-system/"
	s.Git.Write(own+"gotk-components.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: components, namespace: flux-system}\n")
	s.Git.Write(own+"kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [gotk-components.yaml, gotk-sync.yaml]\n")
	s.Git.Write(own+"gotk-sync.yaml", `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, url: "`+s.Git.URL+`", ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {interval: 1m, path: ./clusters/test, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
`)
	revision := s.Git.Push("Bootstrap")
	s.ApplyFile(s.Git.Path(own + "gotk-sync.yaml"))
	s.Applied("flux-system", revision)
	before := inventory(s)
	b := l.bundle()
	if data, err := os.ReadFile(b.Options.Sync.File); err != nil || strings.Contains(string(data), "kind: GitRepository\nmetadata") {
		t.Errorf("the file of Sync brings a source that the cluster has: %s %v", data, err)
	}
	revision = s.Git.Push("A bundle")
	for _, object := range s.ApplyFile(s.Git.Path(own + "gotk-sync.yaml"))[:1] {
		s.Reconcile(object)
	}
	s.Applied("flux-system", revision)
	s.Until("releases of the bundle", &helmv2.HelmReleaseList{}, func(objects scenario.Objects) string {
		if len(objects) < len(b.Releases()) {
			return "not all are there"
		}
		return ""
	})
	s.ReleasesReady(b.Releases()...)
	after := inventory(s)
	for entry := range before {
		if !after[entry] {
			t.Errorf("%s is gone", entry)
		}
	}
	s.Checked("%d objects of flux bootstrap stay, %d releases ready by the file of --sync alone", len(before), len(b.Releases()))
}

// inventory is what the Kustomization of flux bootstrap owns.
func inventory(s *scenario.S) map[string]bool {
	k, all := &kustomizev1.Kustomization{}, map[string]bool{}
	s.Get(k, "flux-system")
	if k.Status.Inventory != nil {
		for _, entry := range k.Status.Inventory.Entries {
			all[entry.ID] = true
		}
	}
	return all
}
