package flux_test

import (
	"io/fs"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
)

// dynamic reads the values that a ConfigMap of the bundle holds.
func dynamic(t *testing.T, fsys fs.FS, name string) (text string, values map[string]any) {
	t.Helper()
	text = readAs[corev1.ConfigMap](t, fsys, name+"/configmap-values.yaml").Data["values.yaml"]
	if err := yaml.UnmarshalStrict([]byte(text), &values); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return text, values
}

func TestHazard09_DynamicPathsMoveOnceAndHintWithoutAValue(t *testing.T) {
	for name, paths := range map[string][]string{
		"once": {"driver"}, "twice": {"driver", "driver"}, "parent, then child": {"driver", "driver.version"}, "child, then parent": {"driver.version", "driver"},
	} {
		g := newGenerator(chartRef("gpu"))
		g.ComponentValues["gpu"] = map[string]any{"driver": map[string]any{"version": "570.10", "on": true}, "stays": "x"}
		g.DynamicValues["gpu"] = paths
		plan, fsys, _ := proved(t, g)
		samePlan(t, plan, fsys)
		if _, got := dynamic(t, fsys, "gpu"); asJSON(got) != `{"driver":{"on":true,"version":"570.10"}}` {
			t.Errorf("%s: %v moves %s", name, paths, asJSON(got))
		}
		if got := helmRelease(t, fsys, "gpu").GetValues(); asJSON(got) != `{"stays":"x"}` {
			t.Errorf("%s: what stays is %s", name, asJSON(got))
		}
	}

	g := newGenerator(chartRef("gpu"))
	g.DynamicValues["gpu"] = []string{"driver.version", `labels.app\.kubernetes\.io/name`, "x\nkind: Secret"}
	_, fsys, _ := proved(t, g)
	text, got := dynamic(t, fsys, "gpu")
	if len(got) > 0 {
		t.Errorf("paths without a value are written as %v", got)
	}
	for _, hint := range []string{"# driver.version is not set", "#   driver:\n#     version: VALUE\n", "#     app.kubernetes.io/name: VALUE\n"} {
		if !strings.Contains(text, hint) {
			t.Errorf("the hints lack %q:\n%s", hint, text)
		}
	}
	// Uncommented, a hint is what it promises.
	var lines []string
	hints, _, _ := strings.Cut(text, `# "x\nkind: Secret"`)
	for line := range strings.Lines(hints) {
		if hint, ok := strings.CutPrefix(line, "#   "); ok {
			lines = append(lines, hint)
		}
	}
	var hinted map[string]any
	if err := yaml.UnmarshalStrict([]byte(strings.Join(lines, "")), &hinted); err != nil || asJSON(hinted) != `{"driver":{"version":"VALUE"},"labels":{"app.kubernetes.io/name":"VALUE"}}` {
		t.Errorf("uncommented: %v %s", err, asJSON(hinted))
	}

	// Inline values win over a ConfigMap: what can have no effect is refused.
	g = newGenerator(chartRef("gpu"))
	g.ComponentValues["gpu"] = map[string]any{"driver": "text"}
	g.DynamicValues["gpu"] = []string{"driver.version"}
	refuses(t, g, "driver.version", "not a map")
}

func TestHazard11_TheKeyIsThereWithoutValues(t *testing.T) {
	g := newGenerator(manifestRef("gpu"))
	g.ComponentManifests["gpu"] = manifests("m.yaml", reading)
	for _, g := range []*flux.Generator{g, inOCI(g)} {
		_, fsys, report := proved(t, g)
		if got := helmRelease(t, fsys, "gpu").GetValues(); asJSON(got) != `{"gpu":{}}` {
			t.Errorf("values are %s", asJSON(got))
		}
		if data := report.Charts[0].Manifests[0].Object()["data"].(map[string]any); data["all"] != "{}" {
			t.Errorf("the template sees %v", data)
		}
	}
	// Also where all values are dynamic.
	g.ComponentValues["gpu"] = map[string]any{"a": "b"}
	g.DynamicValues["gpu"] = []string{"a"}
	_, _, report := proved(t, g)
	if data := report.Charts[0].Manifests[0].Object()["data"].(map[string]any); data["all"] != `{"a":"b"}` {
		t.Errorf("the template sees %v", data)
	}
}

func TestHazard28_TheConfigMapIsWatched(t *testing.T) {
	g := newGenerator(chartRef("gpu"))
	g.ComponentValues["gpu"] = map[string]any{"a": "b"}
	g.ComponentPreManifests["gpu"] = manifests("m.yaml", reading)
	g.DynamicValues["gpu"] = []string{"a"}
	g.Namespace = "flux-here"
	for _, g := range []*flux.Generator{g, inOCI(g)} {
		_, fsys, _ := proved(t, g)
		for _, release := range []string{"gpu", "gpu-pre"} {
			cm := readAs[corev1.ConfigMap](t, fsys, release+"/configmap-values.yaml")
			if cm.Labels["reconcile.fluxcd.io/watch"] != "Enabled" || cm.Namespace != "flux-here" {
				t.Errorf("%s: labels %v in namespace %q", release, cm.Labels, cm.Namespace)
			}
		}
		if _, got := dynamic(t, fsys, "gpu-pre"); asJSON(got) != `{"gpu":{"a":"b"}}` {
			t.Errorf("values of the local chart are nested as %s", asJSON(got))
		}
	}
}
