package flux_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/test/prooftest"
)

// mixedComponent has manifests before and after its chart, and a value that is
// set for each cluster.
func mixedComponent() *flux.Generator {
	g := newGenerator(chartRef("cert-manager"), chartRef("gpu", "cert-manager"))
	g.ComponentValues["gpu"] = map[string]any{
		"driver": map[string]any{"version": "570.10", "enabled": true}, "env": []any{map[string]any{"name": "A", "value": "${B}"}}, "script": "#!/bin/sh\necho hello\n",
	}
	g.DynamicValues["gpu"] = []string{"driver.version", "driver.repository"}
	g.ComponentPreManifests["gpu"] = manifests("components/gpu/manifests/namespace.yaml", namespace("gpu-system", keep))
	g.ComponentManifests["gpu"] = manifests("components/gpu/manifests/reading.yaml", reading, "components/gpu/manifests/settings.yaml", manifest)
	return g
}

func goldenCases() map[string]func(testing.TB) *flux.Generator {
	return map[string]func(testing.TB) *flux.Generator{
		"git": func(testing.TB) *flux.Generator { return mixedComponent() },
		"oci": func(testing.TB) *flux.Generator { return inOCI(mixedComponent()) },
		"graph": func(testing.TB) *flux.Generator {
			g := newGenerator(chartRef("a"), chartRef("b"), chartRef("c", "a", "b"), manifestRef("d", "a", "c"))
			g.RecipeResult.ComponentRefs[1].Source = "oci://registry.example.com/charts"
			g.ComponentManifests["d"] = manifests("d.yaml", manifest)
			g.ComponentPreManifests["c"] = manifests("c.yaml", manifest)
			return inGraph(g)
		},
		"vendored": func(tb testing.TB) *flux.Generator {
			g := newGenerator(chartRef("gpu"))
			g.ComponentValues["gpu"] = map[string]any{"a": "b", "c": "d"}
			g.DynamicValues["gpu"] = []string{"c"}
			g.SecretValues["gpu"] = []deployer.SecretValue{{Path: "auth.password", Secret: "gpu-login", Key: "password"}}
			g.VendorCharts, g.Puller = true, stubPuller{tb}
			return g
		},
		"settings": func(testing.TB) *flux.Generator {
			g := newGenerator(chartRef("gpu"), manifestRef("extra"))
			g.ComponentManifests["extra"] = manifests("extra.yaml", manifest)
			g.RepoURL, g.RepoPath, g.RepoSecret, g.TargetRevision = "git@git.example.com:org/repo.git", "clusters/a", "git-login", "release-1.10"
			g.ChartRepoSecrets = map[string]string{"charts.example.com": "chart-login"}
			g.SourceSecrets = deployer.SourceSecrets{
				SourceCertSecrets: map[string]string{"charts.example.com": "chart-ca"}, SourceProxySecrets: map[string]string{"git.example.com": "proxy"},
			}
			g.SecretValues["gpu"] = []deployer.SecretValue{{Path: "auth.password", Secret: "gpu-login", Key: "password"}, {Path: "auth.user", Secret: "gpu-login", Key: "user"}}
			g.Namespace, g.IncludeChecksums = "gitops", false
			g.Settings = deployer.Settings{Interval: time.Hour, Timeout: 45 * time.Minute, RetryInterval: 30 * time.Second, DriftDetection: "enabled", ServiceAccount: "deployer"}
			return g
		},
	}
}

// TestGolden compares whole bundles with those in testdata/golden, which are
// there to be read: UPDATE_GOLDEN=1 writes them anew.
func TestGolden(t *testing.T) {
	for name, generator := range goldenCases() {
		t.Run(name, func(t *testing.T) {
			golden := filepath.Join("testdata", "golden", name)
			g := generator(t)
			dir := t.TempDir()
			if _, err := g.Generate(t.Context(), dir); err != nil {
				t.Fatal(err)
			}
			prooftest.Check(t, os.DirFS(dir))
			if os.Getenv("UPDATE_GOLDEN") != "" {
				if err := os.RemoveAll(golden); err != nil {
					t.Fatal(err)
				}
				if err := os.CopyFS(golden, os.DirFS(dir)); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(tree(t, golden), tree(t, dir)); diff != "" {
				t.Errorf("(-golden +generated; UPDATE_GOLDEN=1 accepts it)\n%s", diff)
			}
		})
	}
}
