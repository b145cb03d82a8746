package e2e_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
	"github.com/aicr-flux/aicr/test/foreigntest"
)

// stack brings AICR's bundle, as its README says, and trusts the servers of the test.
const stack = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: aicr-stack, namespace: flux-system}
spec: {interval: 5m, url: %q, ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: aicr-stack, namespace: flux-system}
spec:
  interval: 10m
  path: ./
  prune: true
  suspend: %v
  sourceRef: {kind: GitRepository, name: aicr-stack}
  patches:
    - target: {kind: HelmRepository}
      patch: |
        - {op: add, path: /spec/certSecretRef, value: {name: ` + scenario.CASecret + `}}
`

// A bundle with AICR's names takes the place of AICR's own, and AICR's that of such a bundle, and
// nothing is uninstalled.
func TestHazard52_FromAICR(t *testing.T) {
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
	o, _ := s.Prepare(aicr.BundleOptions{
		Recipe: s.Recipe(`{name: base, namespace: base, $charts, version: 1.0.0, overrides: {port: 1, name: base}}
			{name: operator, namespace: operator, $charts, version: 1.0.0, overrides: {replicas: 2}, preManifestFiles: [quota.yaml], manifestFiles: [policy.yaml], dependencyRefs: [base]}
			{name: tuning, namespace: operator, type: Helm, manifestFiles: [tuning.yaml], dependencyRefs: [operator]}`,
			map[string]string{
				"quota.yaml": configMap("quota", "plain"), "tuning.yaml": configMap("tuning", "plain"),
				"policy.yaml": configMap("policy", "{{ .Values.operator.replicas }}"),
			}),
		DynamicValues: map[string][]string{"base": {"port"}},
		Output:        s.Git.Dir,
		Options:       deployer.Options{Ordering: "graph", ReleaseNames: deployer.NamesAICR},
	}, scenario.Chart{})
	in, _, err := aicr.Resolve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	rewrites, err := recipe.ParseRewrites(o.RegistryRewrite)
	if err != nil {
		t.Fatal(err)
	}
	rewrites.Apply(in.Recipe)
	theirs := foreigntest.Bundle(t, in, s.Git.URL)
	names := []string{"base", "operator-pre", "operator", "operator-post", "tuning"}
	rollout := func() {
		revision := s.Git.Push("A bundle")
		s.Reconcile(s.ApplyFile(stackFile(s, false))[0])
		s.Applied("aicr-stack", revision)
		s.ReleasesReady(names...)
		s.Settled()
		s.Until("the only Kustomization", &kustomizev1.KustomizationList{}, func(objects scenario.Objects) string {
			if len(objects) != 1 {
				return fmt.Sprintf("there are %v", slices.Sorted(maps.Keys(objects)))
			}
			return ""
		})
	}
	writeTheirs := func() {
		for file, text := range theirs {
			s.Git.Write(file, text)
		}
	}
	meant := func() {
		for _, component := range []string{"base", "operator"} {
			s.SameValues(component, in.Values[component])
		}
	}
	writeTheirs()
	rollout()
	meant()
	s.Checked("AICR's bundle: %d releases ready", len(names))

	installed, before := s.Installed(), s.Revisions()
	s.ApplyFile(stackFile(s, true))
	if _, err := aicr.Bundle(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	rollout()
	s.InPlace(installed)
	s.UpgradedOnce(before, "operator-pre", "operator-post", "tuning")
	meant()
	s.Checked("ours in its place: the charts of manifests upgraded once, none uninstalled")

	installed, before = s.Installed(), s.Revisions()
	s.ApplyFile(stackFile(s, true))
	s.Git.Run("rm", "-rq", ".")
	writeTheirs()
	rollout()
	s.InPlace(installed)
	s.UpgradedOnce(before, "operator-pre", "operator-post", "tuning")
	meant()
	s.Checked("AICR's in its place again, none uninstalled")
}

// stackFile writes the two objects beside the repository.
func stackFile(s *scenario.S, suspend bool) string {
	s.Helper()
	file := s.Dir("stack.yaml")
	if err := os.WriteFile(file, fmt.Appendf(nil, stack, s.Git.URL, suspend), 0o600); err != nil {
		s.Fatal(err)
	}
	return file
}

func configMap(name, data string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\ndata: {data: '" + data + "'}\n"
}
