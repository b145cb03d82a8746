package flux_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"github.com/fluxcd/pkg/apis/meta"
	"github.com/fluxcd/pkg/runtime/cel"
	celtypes "github.com/google/cel-go/common/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// A new chart and new values come in one commit. The release that is in the cluster finds no chart
// in it; the one that comes along does.
func TestHazard77_ANewChartIsFoundOnlyByItsOwnRelease(t *testing.T) {
	of := func(manifest, value, version string) *flux.Generator {
		ref := chartRef("gpu")
		ref.Version = version
		g := newGenerator(ref)
		g.ComponentManifests["gpu"] = manifests("m.yaml", manifest)
		g.ComponentValues["gpu"] = map[string]any{"a": value}
		return g
	}
	changed := reading + "---\n" + reading
	for name, in := range map[string]func(*flux.Generator) *flux.Generator{
		"Git": func(g *flux.Generator) *flux.Generator { g.RepoPath = ""; return g }, "OCI": inOCI,
	} {
		_, earlier := render(t, in(of(reading, "one", "1.0.0")))
		for what, c := range map[string]struct {
			later *flux.Generator
			found bool
		}{
			"chart and value": {of(changed, "two", "1.0.0"), false},
			"value":           {of(reading, "two", "1.0.0"), true},
			"version":         {of(reading, "one", "2.0.0"), true},
		} {
			_, later := render(t, in(c.later))
			if problems := chartProblems(t, later); len(problems) > 0 {
				t.Errorf("%s, %s: the new release finds no chart: %v", name, what, problems)
			}
			mixed := maps.Clone(later)
			for _, file := range []string{"gpu-post/helmrelease.yaml", "gpu-post/artifactgenerator.yaml"} {
				if earlier[file] != nil {
					mixed[file] = earlier[file]
				}
			}
			if problems := chartProblems(t, mixed); (len(problems) == 0) != c.found {
				t.Errorf("%s, %s: the release before finds its chart: %t, want %t: %v", name, what, len(problems) == 0, c.found, problems)
			}
			if name == "OCI" && what == "version" {
				checkSameArtifact(t, earlier, later)
			}
		}
	}
}

// chartProblems are why the chart of release gpu-post is not found.
func chartProblems(t *testing.T, fsys fstest.MapFS) []rollout.Problem {
	t.Helper()
	read, err := rollout.Read(t.Context(), fsys, rollout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	source := read.ChartSource(read.Release(rollout.Ref{Kind: "HelmRelease", Namespace: "flux-system", Name: "gpu-post"}), "")
	return slices.Concat(source.Problems, source.ValuesProblems)
}

// checkSameArtifact checks that Flux makes the same bytes of both, so that nothing is upgraded.
func checkSameArtifact(t *testing.T, one, other fstest.MapFS) {
	t.Helper()
	content := func(fsys fstest.MapFS) map[string]string {
		read, err := rollout.Read(t.Context(), fsys, rollout.Options{})
		if err != nil {
			t.Fatal(err)
		}
		source := read.ChartSource(read.Release(rollout.Ref{Kind: "HelmRelease", Namespace: "flux-system", Name: "gpu-post"}), "")
		files := map[string]string{}
		for name, from := range source.Files {
			files[name] = string(fsys[from].Data)
		}
		return files
	}
	if a, b := content(one), content(other); !maps.Equal(a, b) || len(a) < 2 {
		t.Errorf("the artifact changes: %v, then %v", a, b)
	}
}

// The controllers' own CEL says when a release may go on.
func TestHazard78_AReleaseWaitsForWhatItDependsOnInItsOwnBundle(t *testing.T) {
	objects := func(version string) (a, b *helmv2.HelmRelease) {
		g := newGenerator(chartRef("a"), chartRef("b", "a"))
		g.RecipeResult.ComponentRefs[0].Version = version
		_, fsys := render(t, g)
		return built(t, fsys, "a"), built(t, fsys, "b")
	}
	ready := func(hr *helmv2.HelmRelease, condition string, status metav1.ConditionStatus, observed int64) *helmv2.HelmRelease {
		hr = hr.DeepCopy()
		hr.Generation = 2
		hr.Status.Conditions = []metav1.Condition{{Type: condition, Status: status, ObservedGeneration: observed}}
		return hr
	}
	oldA, oldB := objects("1.0.0")
	newA, newB := objects("2.0.0")
	for name, c := range map[string]struct {
		dep, self *helmv2.HelmRelease
		want      bool
	}{
		"first install":                    {ready(oldA, meta.ReadyCondition, "True", 2), oldB, true},
		"nothing is known":                 {newA, newB, false},
		"not ready":                        {ready(newA, meta.ReadyCondition, "False", 2), newB, false},
		"ready before the change":          {ready(newA, meta.ReadyCondition, "True", 1), newB, false},
		"ready, and of the bundle before":  {ready(oldA, meta.ReadyCondition, "True", 2), newB, false},
		"installed, and not ready yet":     {ready(newA, helmv2.ReleasedCondition, "True", 2), newB, false},
		"upgraded":                         {ready(newA, meta.ReadyCondition, "True", 2), newB, true},
		"the revisions are not written in": {ready(bare(oldA), meta.ReadyCondition, "True", 2), bare(newB), true},
	} {
		if got := evaluate(t, c.self, c.dep); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

func bare(hr *helmv2.HelmRelease) *helmv2.HelmRelease {
	hr = hr.DeepCopy()
	hr.Annotations = nil
	return hr
}

// built is a HelmRelease of a bundle as kustomize-controller applies it.
func built(t *testing.T, fsys fstest.MapFS, name string) *helmv2.HelmRelease {
	t.Helper()
	files := map[string][]byte{}
	for file, f := range fsys {
		files[file] = f.Data
	}
	objects, err := rollout.Kustomize{}.Build(t.Context(), ".", files)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		hr := &helmv2.HelmRelease{}
		if err := json.Unmarshal(o.JSON, hr); err == nil && hr.Kind == helmv2.HelmReleaseKind && hr.Name == name {
			return hr
		}
	}
	t.Fatalf("the build has no HelmRelease %s", name)
	return nil
}

// evaluate does as helm-controller with the only dependency of a release.
func evaluate(t *testing.T, self, dep *helmv2.HelmRelease) bool {
	t.Helper()
	vars := map[string]any{}
	for name, hr := range map[string]*helmv2.HelmRelease{"self": self, "dep": dep} {
		object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(hr)
		if err != nil {
			t.Fatal(err)
		}
		vars[name] = object
	}
	expr, err := cel.NewExpression(self.Spec.DependsOn[0].ReadyExpr, cel.WithCompile(), cel.WithOutputType(celtypes.BoolType), cel.WithStructVariables("self", "dep"))
	if err != nil {
		t.Fatal(err)
	}
	ready, err := expr.EvaluateBoolean(t.Context(), vars)
	if err != nil {
		t.Fatal(err)
	}
	return ready
}
