package aicr_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
)

// TestHazard50_ShippedDataServeShippedExamplesOnly names every file that the program ships in recipes
// of somebody else, which have no such file.
func TestHazard50_ShippedDataServeShippedExamplesOnly(t *testing.T) {
	t.Parallel()
	shipped := map[string]bool{}
	for _, name := range examples.Names() {
		files, err := examples.Files(name)
		if err != nil {
			t.Fatal(err)
		}
		for file := range files {
			shipped[file] = strings.HasPrefix(file, "components/")
		}
	}
	other := t.TempDir()
	var asked int
	for file, isData := range shipped {
		if !isData {
			continue
		}
		asked++
		for field, c := range map[string]struct{ list, what string }{"valuesFile": {file, "values file"}, "manifestFiles": {"[" + file + "]", "manifest"}, "preManifestFiles": {"[" + file + "]", "manifest"}} {
			missing := fmt.Sprintf("files that the recipe names are missing:\n  - component \"gpu-operator\": %s %q\nThey are ", c.what, file)
			const advice = "\nName the data with `Data`; those of AICR are `Data` github:NVIDIA/aicr@vVERSION"
			dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("gpu-operator", "  "+field+": "+c.list+"\n")})
			o := options(dir)
			o.Data = []string{other}
			refused(t, o, errors.ErrCodeNotFound, missing+"not in the data: "+other+", "+dir+advice)
			o.Recipe, o.Data, o.Stdin = "-", nil, strings.NewReader("componentRefs:\n"+chartOf("gpu-operator", "  "+field+": "+c.list+"\n"))
			refused(t, o, errors.ErrCodeNotFound, missing+"nowhere: no data are named, and a recipe that is not a file has no directory of its own"+advice)
		}
	}
	if asked == 0 {
		t.Error("the program ships no data")
	}
}

// TestHazard50_NoRegistryButTheRecipesOwn fills in nothing that a registry of the recipe's does not say,
// and says so where a flag counts on it.
func TestHazard50_NoRegistryButTheRecipesOwn(t *testing.T) {
	t.Parallel()
	chart := "componentRefs:\n" + chartOf("gpu-operator", "  chart: gpu-operator\n")
	dir := tree(t, map[string]string{"recipe.yaml": chart})
	in, warnings := resolve(t, options(dir))
	if len(in.Values["gpu-operator"]) > 0 || len(warnings) > 0 {
		t.Errorf("values %v, warnings %q", in.Values["gpu-operator"], warnings)
	}
	missing := "registry.yaml is not in the data: " + dir + "; add it there, or name the data that have it with `Data`"
	o := options(dir)
	o.Set = set("gpuoperator:a=1")
	refused(t, o, errors.ErrCodeInvalidRequest, missing)
	for field, s := range map[string]aicr.Scheduling{
		"SystemNodeSelector": {SystemNodeSelector: map[string]string{"a": "b"}}, "SystemNodeTolerations": {SystemNodeTolerations: []aicr.Toleration{{Exists: true}}},
		"AcceleratedNodeSelector": {AcceleratedNodeSelector: map[string]string{"a": "b"}}, "AcceleratedNodeTolerations": {AcceleratedNodeTolerations: []aicr.Toleration{{Exists: true}}},
		"WorkloadSelector": {WorkloadSelector: map[string]string{"a": "b"}}, "WorkloadGate": {WorkloadGate: aicr.Taint{Key: "a", Effect: "NoSchedule"}},
		"Nodes": {Nodes: 1}, "StorageClass": {StorageClass: "a"},
	} {
		o := options(dir)
		o.Scheduling = s
		if _, warnings := resolve(t, o); !slices.Equal(warnings, []string{"`" + field + "` has no effect: it is written where the registry says, and " + missing}) {
			t.Errorf("%s: %q", field, warnings)
		}
	}

	// A recipe that AICR made counts on AICR's registry.
	made := tree(t, map[string]string{"recipe.yaml": "metadata: {version: v0.20.0}\n" + chart})
	if _, warnings := resolve(t, options(made)); len(warnings) != 1 || !strings.Contains(warnings[0], "registry.yaml is not in the data: "+made+". AICR v0.20.0 made the recipe; for its data add `Data` github:NVIDIA/aicr@v0.20.0") {
		t.Errorf("warnings %q", warnings)
	}
	bare := tree(t, map[string]string{"recipe.yaml": "metadata: {appliedOverlays: [base]}\ncomponentRefs: [{name: gpu-operator}]"})
	refused(t, options(bare), errors.ErrCodeInvalidRequest, "registry.yaml is not in the data: "+bare, "Name the data with `Data`; those of AICR are")
}

// TestHazard50_InitWritesAllThatItsExampleNeeds: an example is complete where it is written.
func TestHazard50_InitWritesAllThatItsExampleNeeds(t *testing.T) {
	t.Parallel()
	for _, name := range examples.Names() {
		dir := t.TempDir()
		if _, err := aicr.Init(t.Context(), aicr.InitOptions{Dir: dir, Example: name}); err != nil {
			t.Fatal(err)
		}
		in, _ := resolve(t, options(dir))
		if _, set := in.Values["gpu-operator"]["daemonsets"].(map[string]any)["tolerations"]; !set {
			t.Errorf("%s: the registry has no effect: %v", name, in.Values["gpu-operator"])
		}
		// Each file counts: without it there is no bundle, or another one.
		err := filepath.WalkDir(filepath.Join(dir, "components"), func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Base(file) == "values.yaml" {
				return err
			}
			if err := os.Rename(file, file+"~"); err != nil {
				return err
			}
			if _, _, err := aicr.Resolve(t.Context(), options(dir)); errors.CodeOf(err) != errors.ErrCodeNotFound {
				t.Errorf("%s: without %s: %v", name, file, err)
			}
			return os.Rename(file+"~", file)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestHazard50_MissingDataAreNamedOnceWithTheirVersion: what AICR made gets the data of that AICR.
func TestHazard50_MissingDataAreNamedOnceWithTheirVersion(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"1.3.0": "AICR v1.3.0 made the recipe; for its data add `Data` github:NVIDIA/aicr@v1.3.0", "v1.3.0": "`Data` github:NVIDIA/aicr@v1.3.0", "v1.4.0-rc1": "`Data` github:NVIDIA/aicr@v1.4.0-rc1",
		"dev": "github:NVIDIA/aicr@vVERSION", "v1.3.0-5-gabc": "@vVERSION", "'v1.3.0 --force'": "@vVERSION", "''": "@vVERSION",
	} {
		dir := tree(t, map[string]string{"registry.yaml": "kind: ComponentRegistry", "recipe.yaml": "metadata: {version: " + version + "}\ncomponentRefs:\n" +
			chartOf("a", "  valuesFile: a.yaml\n  manifestFiles: [b.yaml, c.yaml]\n") + chartOf("b", "  valuesFile: d.yaml\n")})
		refused(t, options(dir), errors.ErrCodeNotFound, "files that the recipe names are missing:\n"+
			"  - component \"a\": values file \"a.yaml\"\n  - component \"a\": manifest \"b.yaml\"\n  - component \"a\": manifest \"c.yaml\"\n  - component \"b\": values file \"d.yaml\"\n"+
			"They are not in the data: "+dir+"\n", want)
	}
	var many strings.Builder
	for i := range 20 {
		many.WriteString(chartOf(fmt.Sprintf("c%02d", i), "  valuesFile: a.yaml\n"))
	}
	refused(t, options(tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + many.String()})), errors.ErrCodeNotFound, "component \"c10\": values file \"a.yaml\"\n  - … and 9 more\nThey are")
}
