package flux_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// TestHazard81_EditsMoveWithTheChart: where charts are vendored, and where they no longer are, the same
// values stand in another place. And in OCI mode the ConfigMap has another head.
func TestHazard81_EditsMoveWithTheChart(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, editable)
	read := func() string {
		t.Helper()
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	generate := func(g *flux.Generator) []string {
		t.Helper()
		out, err := g.Generate(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		return out.Kept
	}
	plain := dynamicGPU("1", "a", "b", "unset.path", "unset.zone")
	vendored := *plain
	vendored.VendorCharts, vendored.Puller = true, stubPuller{t}

	generate(plain)
	const hint = "# unset.path is not set, so the chart's default holds. To set it, merge this in:\n    #   unset:\n    #     path: VALUE\n"
	edits := strings.NewReplacer(`a: "1"`, "# Ours, by the ticket.\n    a: |\n      two\n\n        lines", "    "+hint, "    unset:\n      path: \"set\" # for us\n")
	edited := edits.Replace(read())
	if strings.Contains(edited, "unset.path is") || !strings.Contains(edited, "unset.zone is") || !strings.Contains(edited, "ticket") {
		t.Fatalf("edit another text:\n%s", edited)
	}
	if err := os.WriteFile(file, []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	const want = `{"a":"two\n\n  lines\n","b":"b","unset":{"path":"set"}}`
	for _, step := range []struct {
		name string
		g    *flux.Generator
		want string
	}{
		{"vendored", &vendored, `{"gpu-operator":` + want + `}`},
		{"vendored again", &vendored, `{"gpu-operator":` + want + `}`},
		{"vendored, in OCI mode", inOCI(&vendored), `{"gpu-operator":` + want + `}`},
		{"in OCI mode", inOCI(plain), want},
		{"vendored, in Git mode, at once", &vendored, `{"gpu-operator":` + want + `}`},
		{"as it was", plain, want},
	} {
		if kept := generate(step.g); !slices.Equal(kept, []string{editable}) {
			t.Errorf("%s: kept %q", step.name, kept)
		}
		fsys := os.DirFS(dir)
		text, got := dynamic(t, fsys, "gpu")
		if asJSON(got) != step.want || !strings.Contains(text, "# Ours, by the ticket.\n") || !strings.Contains(text, "# for us") || strings.Count(text, "unset.zone is not set") != 1 {
			t.Errorf("%s: %s\n%s", step.name, asJSON(got), text)
		}
		_, fresh := render(t, step.g)
		if createdOnce(t, fsys, editable) != createdOnce(t, fresh, editable) {
			t.Errorf("%s: the head is that of the other mode", step.name)
		}
	}
	if got := read(); got != edited {
		t.Errorf("there and back again, it is\n%s\nand was\n%s", got, edited)
	}
}

// Whatever is more than an edit of the values, or changes at the same time, is for a person.
func TestHazard81_OtherEditsAreNamed(t *testing.T) {
	plain := dynamicGPU("1", "a")
	vendored := *plain
	vendored.VendorCharts, vendored.Puller = true, stubPuller{t}
	changed := vendored
	changed.ComponentValues = dynamicGPU("2").ComponentValues
	for name, c := range map[string]struct {
		from, to *flux.Generator
		old, new string
	}{
		"another name":                    {plain, &vendored, "name: gpu-values", "name: other"},
		"a key of its own":                {plain, &vendored, "data:\n", "data:\n  more: x\n"},
		"a key behind":                    {plain, &vendored, "    a: \"1\"\n", "    a: \"1\"\n  more: x\n"},
		"moved by hand":                   {plain, &vendored, "    a: \"1\"\n", "    gpu-operator:\n      a: \"2\"\n"},
		"not YAML":                        {plain, &vendored, "    a: \"1\"\n", "    a: [\n"},
		"values outside of the chart's":   {&vendored, plain, "    gpu-operator:\n", "    global: {}\n    gpu-operator:\n"},
		"the chart's own in one line":     {&vendored, plain, "    gpu-operator:\n      a: \"1\"\n", "    gpu-operator: {a: \"2\"}\n"},
		"and the value changed meanwhile": {plain, &changed, `a: "1"`, `a: "3"`},
	} {
		dir := t.TempDir()
		if _, err := c.from.Generate(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, editable)
		data, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(data), c.old) {
			t.Fatalf("%s: %v\n%s", name, err, data)
		}
		edited := strings.Replace(string(data), c.old, c.new, 1)
		if err := os.WriteFile(file, []byte(edited), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = c.to.Generate(t.Context(), dir)
		if errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), editable+": edited since it was generated, and what is generated is no longer the same; move it away, run again, and put your values into the new file") {
			t.Errorf("%s: %v", name, err)
		}
		if now, _ := os.ReadFile(file); string(now) != edited {
			t.Errorf("%s: the edit is lost:\n%s", name, now)
		}
	}
}
