package e2e_test

import (
	"os"
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"

	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// A bundle changes its order, takes in its charts and moves between Git and a registry in place: no
// release is installed anew, and all the time one Kustomization owns them.
func TestHazard79_Switches(t *testing.T) {
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
	l := newLife(s, upgradeForms()["git/chain"])
	l.write(1, 1)
	s.Rollout(l.bundle())
	installed := firstDeployed(s)
	for _, step := range []struct {
		to    string
		quiet bool // nothing is upgraded
	}{{"git/graph", true}, {"git/graph/vendored", false}, {"git/graph", false}, {"git/chain", true}, {"oci/chain", false}, {"oci/graph/vendored", false}, {"oci/graph", false}, {"git/chain", false}} {
		before := s.Revisions()
		o := upgradeForms()[step.to]
		o.Recipe, o.Data, o.DynamicValues = l.o.Recipe, l.o.Data, l.o.DynamicValues
		l.o = o
		b := l.bundle()
		s.Rollout(b)
		if step.quiet {
			s.Upgraded(before)
		}
		for name, at := range firstDeployed(s) {
			if !at.Equal(installed[name]) {
				t.Errorf("%s: release %s was installed anew", step.to, name)
			}
		}
		list := &kustomizev1.KustomizationList{}
		if err := s.Client.List(t.Context(), list); err != nil || len(list.Items) != 1 {
			t.Fatalf("%s: %d Kustomizations own the releases: %v", step.to, len(list.Items), err)
		}
		l.upToDate(1)
		s.Checked("%s", step.to)
	}
}

// firstDeployed says when Helm installed each release.
func firstDeployed(s *scenario.S) map[string]time.Time {
	all := map[string]time.Time{}
	for name, release := range s.Releases() {
		if latest := release.Status.History.Latest(); latest != nil {
			all[name] = latest.FirstDeployed.Time
		}
	}
	return all
}

// Charts that are in the bundle need no server.
func TestVendoredOffline(t *testing.T) {
	s := scenario.New(t, scenario.Options{})
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
