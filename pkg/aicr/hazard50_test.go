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
		for field, list := range map[string]string{"valuesFile": file, "manifestFiles": "[" + file + "]", "preManifestFiles": "[" + file + "]"} {
			dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("gpu-operator", "  "+field+": "+list+"\n")})
			o := options(dir)
			o.Data = []string{other}
			refused(t, o, errors.ErrCodeNotFound, `component "gpu-operator": `,
				fmt.Sprintf("%q is in none of the data directories: %s, %s; add it there, or name the directory that has it with `Data`", file, other, dir))
			o.Recipe, o.Data, o.Stdin = "-", nil, strings.NewReader("componentRefs:\n"+chartOf("gpu-operator", "  "+field+": "+list+"\n"))
			refused(t, o, errors.ErrCodeNotFound, fmt.Sprintf("%q is nowhere: no data directory is named", file))
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
	missing := "registry.yaml is in none of the data directories: " + dir + "; add it there, or name the directory that has it with `Data`"
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
	if _, warnings := resolve(t, options(made)); len(warnings) != 1 || !strings.Contains(warnings[0], "registry.yaml is in none of the data directories: "+made) {
		t.Errorf("warnings %q", warnings)
	}
	bare := tree(t, map[string]string{"recipe.yaml": "metadata: {appliedOverlays: [base]}\ncomponentRefs: [{name: gpu-operator}]"})
	refused(t, options(bare), errors.ErrCodeInvalidRequest, "registry.yaml is in none of the data directories: "+bare)
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
