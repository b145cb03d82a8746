package flux_test

import (
	"encoding/base64"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

func mixed() *flux.Generator {
	g := newGenerator(chartRef("gpu"))
	g.ComponentValues["gpu"] = map[string]any{"a": "b", "c": "d"}
	g.ComponentPreManifests["gpu"] = manifests("x/pre.yaml", manifest)
	g.ComponentManifests["gpu"] = manifests("x/post.yaml", reading)
	return g
}

func TestHazard19_LocalChartVersionFollowsContent(t *testing.T) {
	version := func(g *flux.Generator, release string) string {
		_, fsys, _ := proved(t, g)
		v := helmRelease(t, fsys, release).Spec.Chart.Spec.Version
		if chart := readAs[map[string]any](t, fsys, release+"/Chart.yaml"); (*chart)["version"] != v {
			t.Errorf("Flux is told %q, the chart is %v", v, *chart)
		}
		return v
	}
	before := version(mixed(), "gpu-pre")
	if again := version(mixed(), "gpu-pre"); again != before {
		t.Errorf("the version of one content is %q and %q", before, again)
	}
	g := mixed()
	g.ComponentPreManifests["gpu"]["x/pre.yaml"] = []byte(manifest + "# more\n")
	if after := version(g, "gpu-pre"); after == before {
		t.Errorf("the content changes, the version stays %q", after)
	}
	// Values are no part of the chart, or each edit would upgrade twice.
	g = mixed()
	g.ComponentValues["gpu"] = map[string]any{"a": "changed"}
	g.DynamicValues["gpu"] = []string{"a"}
	if after := version(g, "gpu-post"); after != version(mixed(), "gpu-post") {
		t.Errorf("an edited value changes the chart's version to %q", after)
	}
}

func TestHazard20_ReleasesSayWhatFluxWouldGetWrong(t *testing.T) {
	g := mixed()
	for _, g := range []*flux.Generator{g, inOCI(g)} {
		_, fsys, _ := proved(t, g)
		for _, name := range []string{"gpu-pre", "gpu", "gpu-post"} {
			spec := helmRelease(t, fsys, name).Spec
			retry := 2 * time.Minute
			switch {
			case spec.ReleaseName != name || spec.StorageNamespace != "gpu-system" || spec.TargetNamespace != "gpu-system":
				t.Errorf("%s: release %q in %q, stored in %q", name, spec.ReleaseName, spec.TargetNamespace, spec.StorageNamespace)
			case spec.Interval.Duration != 30*time.Minute || spec.Timeout.Duration != 15*time.Minute:
				t.Errorf("%s: interval %s, timeout %s", name, spec.Interval.Duration, spec.Timeout.Duration)
			case spec.Install.CRDs != helmv2.CreateReplace || spec.Upgrade.CRDs != helmv2.CreateReplace || !spec.Install.CreateNamespace:
				t.Errorf("%s: CRDs %s, %s", name, spec.Install.CRDs, spec.Upgrade.CRDs)
			case spec.Install.Strategy.Name != "RetryOnFailure" || spec.Install.Strategy.RetryInterval.Duration != retry,
				spec.Upgrade.Strategy.Name != "RetryOnFailure" || spec.Upgrade.Strategy.RetryInterval.Duration != retry:
				t.Errorf("%s: strategies %+v, %+v", name, spec.Install.Strategy, spec.Upgrade.Strategy)
			case spec.DriftDetection != nil || spec.ServiceAccountName != "":
				t.Errorf("%s: %+v %q", name, spec.DriftDetection, spec.ServiceAccountName)
			}
		}
	}
	g.Settings = deployer.Settings{Interval: time.Hour, Timeout: 90 * time.Second, RetryInterval: 1500 * time.Millisecond, DriftDetection: "warn", ServiceAccount: "deployer"}
	_, fsys, _ := proved(t, g)
	spec := helmRelease(t, fsys, "gpu").Spec
	if spec.Interval.Duration != time.Hour || spec.Timeout.Duration != 90*time.Second || spec.Install.Strategy.RetryInterval.Duration != 1500*time.Millisecond ||
		spec.DriftDetection.Mode != "warn" || spec.ServiceAccountName != "deployer" {
		t.Errorf("the settings are lost: %+v", spec)
	}
}

func TestHazard20_RangesAreWarnedOf(t *testing.T) {
	for version, ranged := range map[string]bool{
		"1.2.3": false, "v1.2.3": false, "1.2.3-rc.1": false, "1.2.3+build": false, "1.10": true, "1": true, ">=1": true, "*": true, "~1.2.3": true, "1.2.x": true, "1.2.3 - 2": true,
	} {
		for _, source := range []string{"https://h/x", "oci://h/x"} {
			ref := chartRef("gpu")
			ref.Version, ref.Source = version, source
			if got := hasWarning(mustPlan(t, newGenerator(ref)).Warnings, `"gpu"`, "not a pin"); got != ranged {
				t.Errorf("%s %s: warned of: %t, want %t", source, version, got, ranged)
			}
		}
	}
}

func TestHazard26_FluxFilesStayOutOfTheChart(t *testing.T) {
	g := mixed()
	g.DynamicValues["gpu"] = []string{"a"}
	dir := t.TempDir()
	if _, err := g.Generate(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	chart := filepath.Join(dir, "gpu-post")
	for _, file := range []string{"helmrelease.yaml", "configmap-values.yaml"} {
		if _, err := os.Stat(filepath.Join(chart, file)); err != nil {
			t.Fatal(err) // or there is nothing to keep out
		}
	}
	loaded, err := loader.LoadDir(chart)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range loaded.Raw {
		names = append(names, f.Name)
	}
	slices.Sort(names)
	if !slices.Equal(names, []string{".helmignore", "Chart.yaml", "templates/post.yaml", "values.yaml"}) {
		t.Errorf("the chart holds %v", names)
	}
	// In OCI mode the artifact's rules say what belongs to the chart; proof
	// packs by them and complains of anything else.
	proved(t, inOCI(g))
}

func TestHazard26_OnlyChartsThatReadValuesGetThem(t *testing.T) {
	g := mixed()
	g.DynamicValues["gpu"] = []string{"a"}
	_, fsys, _ := proved(t, g)
	for release, want := range map[string]string{"gpu-pre": "null", "gpu": `{"c":"d"}`, "gpu-post": `{"gpu":{"c":"d"}}`} {
		hr := helmRelease(t, fsys, release)
		if got := asJSON(hr.GetValues()); got != want {
			t.Errorf("%s has the values %s, want %s", release, got, want)
		}
		if has := len(hr.Spec.ValuesFrom) > 0; has != (release != "gpu-pre") {
			t.Errorf("%s has a ConfigMap: %t", release, has)
		}
	}
}

// noise is text of n bytes that hardly compresses.
func noise(n int) string {
	rng := rand.NewChaCha8([32]byte{27})
	raw := make([]byte, n)
	_, _ = rng.Read(raw)
	return "# " + base64.StdEncoding.EncodeToString(raw)[:n-3] + "\n"
}

func TestHazard27_FilesThatFluxDropsAreRefused(t *testing.T) {
	for _, name := range []string{"a.tar.gz", "a.zip", "a.png", "a.jpg", "a.jpeg", "a.gif", "a.wmv", "a.flv", ".sops.yaml", ".flux.yaml", "cloudbuild.yaml", "appveyor.yml", ".hidden.yaml", "NOTES.txt"} {
		g := newGenerator(chartRef("gpu"))
		g.ComponentPreManifests["gpu"] = manifests("x/"+name, manifest)
		for _, g := range []*flux.Generator{g, inOCI(g)} {
			refuses(t, g, name, "rename")
		}
	}
	g := newGenerator(chartRef("gpu"))
	g.ComponentPreManifests["gpu"] = manifests("a/.x/m.yaml", manifest, "b/.x/m.yaml", manifest, "c/.x/m.yaml", manifest)
	refuses(t, g, "begins with a dot")
}

func TestHazard27_SizesAreLimited(t *testing.T) {
	g := newGenerator(chartRef("gpu"))
	g.ComponentPreManifests["gpu"] = manifests("big.yaml", noise(localformat.MaxChartFile+1))
	refuses(t, g, "big.yaml", "5 MiB")
	g.ComponentPreManifests["gpu"] = manifests("a.yaml", noise(localformat.MaxChartFile), "b.yaml", manifest)
	if plan := mustPlan(t, g); len(plan.Warnings) > 0 {
		t.Errorf("a chart of 5 MiB warns: %q", plan.Warnings)
	}
	if testing.Short() {
		return
	}
	same := noise(localformat.MaxChartFile - 10)
	g.ComponentPreManifests["gpu"] = manifests("a.yaml", same, "b.yaml", strings.ToUpper(same), "c.yaml", strings.ToLower(same))
	if plan := mustPlan(t, g); !hasWarning(plan.Warnings, `"gpu-pre"`, "10 MiB", "--helm-chart-max-size") {
		t.Errorf("a chart of 15 MiB gives the warnings %q", plan.Warnings)
	}
}

func TestHazard27_VendoredChartsAreLimited(t *testing.T) {
	big := noise(localformat.MaxChartFile + 1)
	chartYAML := "apiVersion: v2\nname: gpu\nversion: 1.2.3\n"
	inner := string(packChart(t, "inner", map[string]string{"Chart.yaml": strings.ReplaceAll(chartYAML, "gpu", "inner"), "files/big": strings.Repeat("a", localformat.MaxChartFile+1)}))
	for name, c := range map[string]struct {
		files map[string]string
		words []string
	}{
		"the archive":            {map[string]string{"Chart.yaml": chartYAML, "a": big[:len(big)/2+100], "b": strings.ToUpper(big[len(big)/2-100:]), "c": big[:len(big)/2]}, []string{"gpu-1.2.3.tgz", "5 MiB"}},
		"a file":                 {map[string]string{"Chart.yaml": chartYAML, "files/big": strings.Repeat("a", localformat.MaxChartFile+1)}, []string{"files/big", "5 MiB"}},
		"a file of nested chart": {map[string]string{"Chart.yaml": chartYAML, "charts/inner-1.2.3.tgz": inner}, []string{"inner-1.2.3.tgz", "files/big", "5 MiB"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGenerator(chartRef("gpu"))
			g.VendorCharts, g.Puller = true, fixedPuller{packChart(t, "gpu", c.files), localformat.VendorRecord{}}
			refuses(t, g, c.words...)
		})
	}
}
