package localformat_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"maps"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/test/charttest"
)

// tgz packs files as Helm packs a chart.
func tgz(t testing.TB, name string, files map[string]string) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	w := tar.NewWriter(z)
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if err := w.WriteHeader(&tar.Header{Name: name + "/" + file, Mode: 0o644, Size: int64(len(files[file]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[file])); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []interface{ Close() error }{w, z} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return buf.Bytes()
}

func upstream(t testing.TB, name, version string) []byte {
	return tgz(t, name, map[string]string{
		"Chart.yaml":  "apiVersion: v2\nname: " + name + "\nversion: " + version + "\n",
		"values.yaml": "own: default\nnested:\n  kept: true\n", "templates/cm.yaml": "values: {{ .Values | toJson }}\nrelease: {{ .Release.Name }}\n",
	})
}

var asked = localformat.Component{Name: "gpu", Namespace: "gpu-system", Repository: "https://charts.example.com", ChartName: "gpu-operator", Version: "1.2.3"}

// rendered renders a chart with Helm, from the very files that it consists of.
func rendered(t *testing.T, c *localformat.Chart, values map[string]any) map[string]string {
	t.Helper()
	text, err := c.ChartYAML()
	if err != nil {
		t.Fatal(err)
	}
	files := []*archive.BufferedFile{{Name: "Chart.yaml", Data: text}}
	for _, f := range c.Files {
		files = append(files, &archive.BufferedFile{Name: f.Path, Data: f.Data})
	}
	loaded, err := loader.LoadFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	if err := loaded.Validate(); err != nil {
		t.Fatal(err)
	}
	if len(loaded.Dependencies()) != len(loaded.Metadata.Dependencies) {
		t.Fatalf("%d of %d dependencies are there", len(loaded.Dependencies()), len(loaded.Metadata.Dependencies))
	}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		t.Fatal(err)
	}
	top, err := commonutil.ToRenderValues(loaded, values, common.ReleaseOptions{Name: "gpu", Namespace: "gpu-system"}, common.DefaultCapabilities)
	if err != nil {
		t.Fatal(err)
	}
	out, err := engine.Render(loaded, top)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWrapperChartRendersTheUpstreamChart(t *testing.T) {
	for version, name := range map[string]string{"1.2.3": "gpu-operator", "v1.2.3": "org/gpu-operator", "~1.2": "gpu-operator", "1.2.3-rc.1+b": "gpu-operator"} {
		c := asked
		c.Version, c.ChartName = version, name
		own := strings.TrimPrefix(version, "v")
		if own == "~1.2" {
			own = "1.2.9"
		}
		wrapper, err := localformat.NewWrapperChart(c, "v1.2.3", upstream(t, "gpu-operator", own), "gpu-operator-"+own+".tgz")
		if err != nil {
			t.Fatal(err)
		}
		if wrapper.Name != "gpu-operator" {
			t.Errorf("the wrapper is named %q: Flux would uninstall and install again", wrapper.Name)
		}
		out := rendered(t, wrapper, map[string]any{"gpu-operator": map[string]any{"own": "mine", "nested": map[string]any{"more": 1}}})
		got := out["gpu-operator/charts/gpu-operator/templates/cm.yaml"]
		for _, want := range []string{`"own":"mine"`, `"kept":true`, `"more":1`, "release: gpu"} {
			if !strings.Contains(got, want) {
				t.Errorf("rendered without %s:\n%v", want, out)
			}
		}
	}
}

func TestManifestChartRendersWithHelm(t *testing.T) {
	c := newChart(t, "a/x.yaml", "a: {{ .Values.gpu.x }}\nrelease: {{ .Release.Name }}", "b/x.yaml", "name: {{ .Chart.Name }}\nv: {{ .Chart.AppVersion }}")
	out := rendered(t, c, map[string]any{"gpu": map[string]any{"x": "y"}})
	if out["gpu-pre/templates/a/x.yaml"] != "a: y\nrelease: gpu" || out["gpu-pre/templates/b/x.yaml"] != "name: gpu-pre\nv: v1.2.3" {
		t.Errorf("%v", out)
	}
}

// TestWrapperKnowsWhetherTagsAreRead by the chart or one inside it, in whatever form that is there.
func TestWrapperKnowsWhetherTagsAreRead(t *testing.T) {
	const chartYAML = "apiVersion: v2\nname: gpu-operator\nversion: 1.2.3\n"
	const tagged = "dependencies: [{name: x, version: 1.0.0}, {name: y, version: 1.0.0, tags: [extra]}]\n"
	for name, c := range map[string]struct {
		file, content string
		want          bool
	}{
		"none":                 {"values.yaml", "tags: {a: true}\n", false},
		"dependencies without": {"Chart.yaml", chartYAML + "dependencies: [{name: x, version: 1.0.0}]\n", false},
		"its own":              {"Chart.yaml", chartYAML + tagged, true},
		"requirements":         {"requirements.yaml", tagged, true},
		"a nested chart's":     {"charts/part/charts/x/Chart.yaml", "name: x\n" + tagged, true},
		"nested requirements":  {"charts/part/requirements.yaml", tagged, true},
		"a packed chart's":     {"charts/part-1.0.0.tgz", string(tgz(t, "part", map[string]string{"Chart.yaml": "name: part\n" + tagged})), true},
		"another file":         {"files/part/Chart.yaml", tagged, false},
		"one Helm cannot read": {"charts/part/Chart.yaml", "{", false},
	} {
		files := map[string]string{"Chart.yaml": chartYAML}
		files[c.file] = c.content
		wrapper, err := localformat.NewWrapperChart(asked, "v1.2.3", tgz(t, "gpu-operator", files), "gpu-operator-1.2.3.tgz")
		if err != nil || wrapper.ReadsTags != c.want {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestHazard19_WrapperVersionChangesWithTheChart(t *testing.T) {
	version := func(c localformat.Component, app string, data []byte, tarball string) string {
		t.Helper()
		chart, err := localformat.NewWrapperChart(c, app, data, tarball)
		if err != nil {
			t.Fatal(err)
		}
		return chart.Version
	}
	data := upstream(t, "gpu-operator", "1.2.3")
	base := version(asked, "1.2.3", data, "a.tgz")
	ranged := asked
	ranged.Version = "~1.2"
	for name, other := range map[string]string{
		"tarball's name": version(asked, "1.2.3", data, "b.tgz"), "wanted version": version(ranged, "1.2.3", data, "a.tgz"),
		"bytes": version(asked, "1.2.3", tgz(t, "gpu-operator", map[string]string{"Chart.yaml": "apiVersion: v2\nname: gpu-operator\nversion: 1.2.3\n"}), "a.tgz"),
	} {
		if other == base {
			t.Errorf("the version does not follow the %s", name)
		}
	}
	if again := version(asked, "1.2.3", data, "a.tgz"); again != base {
		t.Errorf("%q and %q", base, again)
	}
}

func TestWrapperRefusesWhatHelmWouldNotLoad(t *testing.T) {
	good := upstream(t, "gpu-operator", "1.2.3")
	deep := good
	for range 10 {
		deep = tgz(t, "gpu-operator", map[string]string{"Chart.yaml": "name: gpu-operator\nversion: 1.2.3\n", "charts/a.tgz": string(deep)})
	}
	for name, c := range map[string]struct {
		data    []byte
		tarball string
		want    string
	}{
		"no archive":         {[]byte("<html>"), "a.tgz", "not a gzip archive"},
		"no chart":           {tgz(t, "x", map[string]string{"a": "b"}), "a.tgz", "no Chart.yaml"},
		"empty":              {tgz(t, "x", nil), "a.tgz", "no Chart.yaml"},
		"cut off":            {good[:len(good)-20], "a.tgz", "cannot be read"},
		"Chart.yaml broken":  {tgz(t, "x", map[string]string{"Chart.yaml": "a: ["}), "a.tgz", "Chart.yaml cannot be read"},
		"another chart":      {upstream(t, "other", "1.2.3"), "a.tgz", `"other"`},
		"another version":    {upstream(t, "gpu-operator", "1.2.4"), "a.tgz", `"1.2.4"`},
		"a path for a name":  {good, "../a.tgz", "plain name"},
		"another ending":     {good, "a.tar.gz", "plain name"},
		"an empty name":      {good, "", "plain name"},
		"too deep":           {deep, "a.tgz", "nested"},
		"nested, no archive": {tgz(t, "gpu-operator", map[string]string{"Chart.yaml": "name: gpu-operator\nversion: 1.2.3\n", "charts/a.tgz": "x"}), "a.tgz", "charts/a.tgz"},
		"a bomb":             {charttest.Bomb(t, "gpu-operator", 21, 5), "a.tgz", "100 MiB"},
	} {
		_, err := localformat.NewWrapperChart(asked, "", c.data, c.tarball)
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestRecordsAreCompletedAndChecked(t *testing.T) {
	data := []byte("chart")
	const digest = "7b2f2d1d0e2c6d55f0d6f1b0b7b7b1b6b7"
	got, err := localformat.VendorRecord{PullerVersion: "p 1", Chart: "kept"}.Complete(asked, data, "a.tgz")
	want := localformat.VendorRecord{
		Name: "gpu", Chart: "kept", Version: "1.2.3", Repository: "https://charts.example.com", TarballName: "a.tgz", PullerVersion: "p 1", SHA256: got.SHA256,
	}
	if err != nil || got != want || len(got.SHA256) != 64 {
		t.Errorf("%v %+v", err, got)
	}
	if again, err := (localformat.VendorRecord{SHA256: strings.ToUpper(got.SHA256)}).Complete(asked, data, "a.tgz"); err != nil || again.SHA256 != got.SHA256 {
		t.Errorf("%v %+v", err, again)
	}
	if _, err := (localformat.VendorRecord{SHA256: digest}).Complete(asked, data, "a.tgz"); errors.CodeOf(err) != errors.ErrCodeInternal || !strings.Contains(err.Error(), got.SHA256) {
		t.Errorf("a wrong digest: %v", err)
	}
}

func TestProvenanceIsStrictAndSorted(t *testing.T) {
	records := []localformat.VendorRecord{{Name: "b", Version: "1.10"}, {Name: "a", Chart: "x: y", SHA256: "1e3"}}
	text, err := localformat.NewProvenance(records).YAML()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		APIVersion, Kind string
		VendoredCharts   []struct{ Name, Chart, Version, Repository, SHA256, TarballName, PullerVersion string }
	}
	if err := yaml.UnmarshalStrict(text, &got); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if got.APIVersion != "aicr.run/v1" || got.Kind != "BundleProvenance" || len(got.VendoredCharts) != 2 ||
		got.VendoredCharts[0].Name != "a" || got.VendoredCharts[0].SHA256 != "1e3" || got.VendoredCharts[1].Version != "1.10" || got.VendoredCharts[0].Chart != "x: y" {
		t.Errorf("%+v", got)
	}
	for _, key := range []string{"apiVersion:", "vendoredCharts:", "sha256:", "tarballName:", "pullerVersion:", "repository:"} {
		if !strings.Contains(string(text), key) {
			t.Errorf("there is no %s\n%s", key, text)
		}
	}
	if !strings.HasPrefix(string(text), "# ") || records[0].Name != "b" {
		t.Errorf("%+v\n%s", records, text)
	}
}
