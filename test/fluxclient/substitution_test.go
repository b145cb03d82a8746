package fluxclient

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/fluxcd/pkg/kustomize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/aicr-flux/aicr/internal/substitution"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// TestFluxSubstitutesAsIsSaid builds a bundle with variables, lets kustomize-controller's own library fill
// them in, and holds every object against what the values mean, and against rollout.Object.Substitute.
func TestFluxSubstitutesAsIsSaid(t *testing.T) {
	values := map[string]any{
		"cluster": map[string]any{"name": "${CLUSTER_NAME}", "url": "https://${CLUSTER_NAME}.${DOMAIN:=example.com}/$${stays}", "port": "${PORT}", "text": "${TEXT}"},
		"literal": "${HOME} and $$ and $x", "list": []any{"$${y}", map[string]any{"${key}": "$"}}, "script": "a=$$\necho ${a:-b} \"${c}\"\n",
	}
	want := map[string]any{
		"cluster": map[string]any{"name": "a", "url": "https://a.example.com/${stays}", "port": int64(8080), "text": "8080"},
		"literal": values["literal"], "list": values["list"], "script": values["script"],
	}
	made, err := flux.Deployer{}.Make(t.Context(), deployer.Input{
		Options: deployer.Options{OCISourceName: "aicr-bundle", EventDriven: true},
		Recipe: &recipe.RecipeResult{ComponentRefs: []recipe.ComponentRef{
			{Name: "web", Namespace: "web", Type: "Helm", Source: "https://charts.example.com", Version: "1.0.0"},
			{Name: "plain", Namespace: "plain", Type: "Helm", Source: "https://charts.example.com", Version: "1.0.0", DependencyRefs: []string{"web"}},
		}},
		Values:            map[string]map[string]any{"web": values, "plain": {"literal": values["literal"]}},
		SubstitutedValues: map[string][]string{"web": {"cluster"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	memory := filesys.MakeFsInMemory()
	for file, data := range contents(t, made.Files) {
		if err := memory.WriteFile("b/"+file, []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, "b")
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]string{"CLUSTER_NAME": "a", "PORT": "8080", "TEXT": `"8080"`}
	vars := map[string]any{}
	for name, value := range given {
		vars[name] = value
	}
	k := unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"postBuild": map[string]any{"substitute": vars}}}}
	found := 0
	for i, o := range built.Resources() {
		before, err := o.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := kustomize.SubstituteVariables(t.Context(), nil, k, o, kustomize.SubstituteWithDryRun(true), kustomize.SubstituteWithStrict(true)); err != nil {
			t.Fatalf("%s: %v", o.CurId(), err)
		}
		after, err := o.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var object unstructured.Unstructured
		if err := object.UnmarshalJSON(after); err != nil {
			t.Fatal(err)
		}
		ours, err := made.Rollout.Objects[i].Substitute(rollout.Given{Values: given})
		if err != nil {
			t.Fatal(err)
		}
		text, _ := json.Marshal(ours.Content)
		if spec := ours.Content["spec"]; !reflect.DeepEqual(spec, object.Object["spec"]) {
			t.Errorf("%s: Flux makes %s of it, and Substitute %s", o.CurId(), after, text)
		}
		if o.GetKind() == "HelmRelease" && o.GetName() == "web" {
			found++
			if got, _, _ := unstructured.NestedMap(object.Object, "spec", "values"); !reflect.DeepEqual(got, want) {
				t.Errorf("values %v, want %v", got, want)
			}
			continue
		}
		if !bytes.Equal(before, after) {
			t.Errorf("%s changes:\n%s\n%s", o.CurId(), before, after)
		}
		if o.GetName() == "plain" && o.GetAnnotations()[substitution.Key] != substitution.Disabled {
			t.Error("the release without variables is not guarded")
		}
	}
	if found != 1 {
		t.Error("there is no release with variables")
	}
}
