package flux_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/flux"
)

// The outline of a HelmRelease is the HelmRelease without its values, whatever
// these hold.
func TestOutlineIsTheReleaseWithoutItsValues(t *testing.T) {
	for name, values := range map[string]map[string]any{
		"none":                  {},
		"plain":                 {"a": map[string]any{"b": []any{int64(1), "x"}}},
		"text like the release": {"a": "x\n  values:\n    b: 1\n", "values": map[string]any{"values": "\n  values:\n"}},
	} {
		g := newGenerator(chartRef("gpu", "base"), chartRef("base"))
		g.ComponentValues["gpu"] = values
		whole := rendered(t, g)
		cut := whole.Outline()
		full, part := helmRelease(t, whole.FS(), "gpu"), helmRelease(t, cut.FS(), "gpu")
		if (full.Spec.Values == nil) != (len(values) == 0) || part.Spec.Values != nil {
			t.Errorf("%s: values in full: %v, in outline: %v", name, full.Spec.Values, part.Spec.Values)
		}
		full.Spec.Values = nil
		a, _ := yaml.Marshal(full)
		b, _ := yaml.Marshal(part)
		if string(a) != string(b) {
			t.Errorf("%s: the outline is another release:\n%s\n%s", name, a, b)
		}
	}
}

// Values that a reader of YAML may refuse are part of the outline: whoever looks
// at it sees that.
func TestOutlineKeepsWhatMayBeRefused(t *testing.T) {
	deep := any("x")
	for range 200 {
		deep = []any{deep}
	}
	for name, value := range map[string]any{"deep": deep, "large": strings.Repeat("x", 2<<20)} {
		g := newGenerator(chartRef("gpu"))
		g.ComponentValues["gpu"] = map[string]any{"a": value}
		if cut := helmRelease(t, rendered(t, g).Outline().FS(), "gpu"); cut.Spec.Values == nil {
			t.Errorf("%s values are left out", name)
		}
	}
}

func rendered(t *testing.T, g *flux.Generator) *bundle.Files {
	t.Helper()
	files, err := mustPlan(t, g).Render()
	if err != nil {
		t.Fatal(err)
	}
	return files
}
