package checks_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// manyReleases makes a bundle of n releases, every third of which is a local chart.
func manyReleases(t testing.TB, n int) *bundle.Files {
	t.Helper()
	dir := t.TempDir()
	var recipe strings.Builder
	recipe.WriteString("componentRefs:\n")
	for i := range n {
		fmt.Fprintf(&recipe, "- name: comp-%05d\n  namespace: ns-%d\n", i, i%50)
		if i%3 == 0 {
			fmt.Fprintf(&recipe, "  manifestFiles: [manifests/quota.yaml]\n  overrides: {pods: %d}\n", i)
			continue
		}
		fmt.Fprintf(&recipe, "  source: https://charts%d.example.com/stable\n  chart: chart-%d\n  version: 1.%d.0\n"+
			"  overrides: {replicas: %d, image: {repository: registry.example.com/app, tag: v1.2.3}}\n", i%20, i%100, i%30, i%5)
	}
	err := errors.Join(
		os.MkdirAll(filepath.Join(dir, "manifests"), 0o755),
		os.WriteFile(filepath.Join(dir, "recipe.yaml"), []byte(recipe.String()), 0o644),
		os.WriteFile(filepath.Join(dir, "manifests", "quota.yaml"), []byte(`apiVersion: v1
kind: ResourceQuota
metadata:
  name: {{ .Release.Name }}
spec:
  hard:
    pods: {{ (index .Values .Release.Name).pods | quote }}
`), 0o644),
	)
	if err != nil {
		t.Fatal(err)
	}
	files, err := render(t, aicr.BundleOptions{Recipe: filepath.Join(dir, "recipe.yaml"), Options: deployer.Options{RepoURL: "https://github.com/acme/clusters.git"}})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
