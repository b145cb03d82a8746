package recipe_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/corpus"
)

func TestAbsentEnvelopeIsAccepted(t *testing.T) {
	for _, head := range []string{"", "apiVersion:\nkind: ~\n", "apiVersion: aicr.run/v1alpha2\nkind: RecipeResult\n"} {
		r, err := load(t, head+"componentRefs:"+good, true)
		if err != nil || len(r.Warnings) != 0 {
			t.Errorf("%q: %v, %v", head, err, r)
		}
	}
}

// Hazard 1 begins here: YAML would read these scalars as something else.
func TestScalarsAreTextAsWritten(t *testing.T) {
	for _, text := range []string{"1.10", "123", "on", "0x1F", "1e3", "007", "1_000", "2024-01-01", "true", "No", ".inf", "v1", "~x"} {
		doc := "metadata: {version: " + text + "}\ncomponentRefs:\n- {name: a, namespace: n, source: 'https://h', chart: " + text + ", version: '1'}"
		r, err := load(t, doc, true)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if c := r.ComponentRefs[0]; c.Chart != text || r.Metadata.Version != text {
			t.Errorf("%s is read as %q and %q", text, c.Chart, r.Metadata.Version)
		}
	}
	for _, version := range []string{"1.10", "123", "v1", "007", "2024", "0.10", "1.2.3"} {
		r, err := load(t, "componentRefs:\n- {name: a, namespace: n, source: 'https://h', version: "+version+"}", true)
		if err != nil || r.ComponentRefs[0].Version != version {
			t.Errorf("version %s: %v", version, err)
		}
	}
	for _, null := range []string{"null", "~", "", "Null", "NULL"} {
		r, err := load(t, "componentRefs:\n- {name: a, namespace: n, source: 'https://h', version: '1', chart: "+null+"}", true)
		if err != nil || r.ComponentRefs[0].Chart != "" {
			t.Errorf("chart: %s is not absent: %v", null, err)
		}
	}
	for _, ns := range []string{"123", "on", "null", "1e3"} {
		r, err := load(t, "componentRefs:\n- {name: a, namespace: '"+ns+"', manifestFiles: [x]}", true)
		if err != nil || r.ComponentRefs[0].Namespace != ns {
			t.Errorf("namespace %q: %v", ns, err)
		}
	}
}

func TestHazard51_AKeyThatMeansAFieldIsAnError(t *testing.T) {
	meant := []string{
		`line 6: component "a": unknown key "valueFile"; did you mean "valuesFile"?`,
		`line 7: component "a": unknown key "values"; did you mean "overrides"?`,
		`line 8: component "a": unknown key "dependsOn"; did you mean "dependencyRefs"?`,
		`line 9: unknown key "kinds"; did you mean "kind"?`,
		`line 10: unknown key "Constraints"; did you mean "constraints"?`,
	}
	other := []string{
		`line 12: criteria: unknown key "zone"`,
		`line 13: criteria: unknown key "dependsOn"`,
		`line 16: metadata.excludedOverlays[0]: unknown key "why"`,
	}
	head := "componentRefs:" + good
	misspelt := "\n  valueFile: x\n  values: {}\n  dependsOn: []\nkinds: y\nConstraints: []"
	rest := "\ncriteria:\n  zone: z\n  dependsOn: y\nmetadata:\n  excludedOverlays:\n  - {name: o, why: w}"
	for _, strict := range []bool{false, true} {
		_, err := load(t, head+misspelt+rest, strict)
		want := strings.Join(meant, "\n")
		if strict {
			want += "\n" + strings.Join(other, "; remove it\n") + "; remove it"
		}
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
			t.Errorf("strict %v: %v", strict, err)
		} else if diff := cmp.Diff(want, problems(t, err)); diff != "" {
			t.Errorf("strict %v: %s", strict, diff)
		}
	}
	r, err := load(t, head+strings.Repeat("\n", strings.Count(misspelt, "\n"))+rest, false)
	if err != nil {
		t.Fatal(err)
	}
	var warnings []string
	for _, w := range other {
		warnings = append(warnings, "recipe standard input: "+w+" (ignored)")
	}
	if diff := cmp.Diff(warnings, r.Warnings); diff != "" {
		t.Error(diff)
	}
}

// TestHazard51_WordsOfOtherToolsNameTheirField has what people write who know Helm, Flux or Argo CD, and
// what is nearly right.
func TestHazard51_WordsOfOtherToolsNameTheirField(t *testing.T) {
	for field, words := range map[string][]string{
		"valuesFile":        {"valueFile", "valuesFiles", "valueFiles", "valuesfile"},
		"overrides":         {"values", "valuesInline", "valuesObject", "helmValues", "set", "override"},
		"overrides.enabled": {"enabled", "disabled"},
		"dependencyRefs":    {"dependsOn", "dependencies", "needs", "dependencyRef"},
		"source":            {"repository", "repo", "repoURL", "url", "repositoryURL", "chartRepository", "helmRepository", "registry"},
		"chart":             {"chartName", "chartRef", "charts"},
		"version":           {"chartVersion", "targetRevision", "versions"},
		"namespace":         {"targetNamespace", "releaseNamespace", "nameSpace"},
		"manifestFiles":     {"manifests", "postManifests", "manifestFile"},
		"preManifestFiles":  {"preManifests"},
	} {
		for _, word := range words {
			_, err := load(t, "componentRefs:"+good+"\n  "+word+": x", false)
			want := fmt.Sprintf("unknown key %q; did you mean %q?", word, field)
			if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	}
}

// everything has each field of the format.
const everything = `apiVersion: aicr.run/v1alpha2
kind: RecipeResult
metadata:
  version: "1"
  gpuDriverState: absent
  mariaDBOperatorState: unknown
  appliedOverlays: [base, eks]
  excludedOverlays:
  - plain
  - {name: full, reason: because}
  constraintWarnings:
  - {overlay: o, constraint: c, expected: e, actual: a, reason: r}
criteria: {service: eks, accelerator: h100, intent: training, os: any, platform: "", nodes: 8}
configuration: {runtimeInventory: {mode: disabled}}
constraints:
- {name: "n", value: ">= 1", severity: error, remediation: do, unit: GiB}
componentRefs:
- name: full
  namespace: ns
  type: helm
  chart: c
  source: oci://h/x
  version: v1
  valuesFile: v.yaml
  overrides: {enabled: yes, keep: null, deep: {list: [1, a, {b: 1.5}]}}
  manifestFiles: [m.yaml]
  preManifestFiles: [p.yaml]
  dependencyRefs: [kustom]
  cleanup: {a: [1]}
  expectedResources: [{kind: Pod}]
  healthCheckAsserts: "a\nb\n"
  healthCheckSkip: true
- name: kustom
  type: KUSTOMIZE
  source: https://git
  tag: v1
  path: deploy
deploymentOrder: [kustom, full]
validation: {x: [{z: 1}]}
`

func TestEveryFieldIsKept(t *testing.T) {
	r, err := load(t, everything, true)
	if err != nil {
		t.Fatal(err)
	}
	want := &recipe.RecipeResult{
		APIVersion: "aicr.run/v1alpha2", Kind: "RecipeResult",
		Metadata: recipe.Metadata{
			Version: "1", GPUDriverState: "absent", MariaDBOperatorState: "unknown", AppliedOverlays: []string{"base", "eks"},
			ExcludedOverlays:   []recipe.ExcludedOverlay{{Name: "plain"}, {Name: "full", Reason: "because"}},
			ConstraintWarnings: []recipe.ConstraintWarning{{Overlay: "o", Constraint: "c", Expected: "e", Actual: "a", Reason: "r"}},
		},
		Criteria:    recipe.Criteria{Service: "eks", Accelerator: "h100", Intent: "training", OS: "any", Nodes: 8},
		Constraints: []recipe.Constraint{{Name: "n", Value: ">= 1", Severity: "error", Remediation: "do", Unit: "GiB"}},
		ComponentRefs: []recipe.ComponentRef{
			{
				Name: "full", Namespace: "ns", Type: "helm", Chart: "c", Source: "oci://h/x", Version: "v1", ValuesFile: "v.yaml",
				Overrides:     map[string]any{"enabled": true, "keep": nil, "deep": map[string]any{"list": []any{int64(1), "a", map[string]any{"b": 1.5}}}},
				ManifestFiles: []string{"m.yaml"}, PreManifestFiles: []string{"p.yaml"}, DependencyRefs: []string{"kustom"},
				Cleanup: map[string]any{"a": []any{int64(1)}}, ExpectedResources: []any{map[string]any{"kind": "Pod"}},
				HealthCheckAsserts: "a\nb\n", HealthCheckSkip: true,
			},
			{Name: "kustom", Type: "KUSTOMIZE", Source: "https://git", Tag: "v1", Path: "deploy"},
		},
		DeploymentOrder: []string{"kustom", "full"},
		Validation:      map[string]any{"x": []any{map[string]any{"z": int64(1)}}},
	}
	want.Configuration.RuntimeInventory.Mode = "disabled"
	want.Notes = []string{"The recipe's apiVersion aicr.run/v1alpha2 is not read by AICR 1.0 and later; they write aicr.run/v1"}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// A field that is added to the format has to be added above.
	for _, v := range []any{*r, r.Metadata, r.Criteria, r.Constraints[0]} {
		for i, s := 0, reflect.ValueOf(v); i < s.NumField(); i++ {
			if f := s.Type().Field(i); s.Field(i).IsZero() && f.Name != "Warnings" && f.Name != "Platform" && f.Name != "SelectedProfile" && f.Name != "FromBundle" {
				t.Errorf("%T.%s is not tested", v, f.Name)
			}
		}
	}
}

// toJSON converts a YAML document, so that both forms can be compared.
func toJSON(t *testing.T, document string) string {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(document), &v); err != nil {
		t.Fatal(err)
	}
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestJSONAndYAMLLoadEqual(t *testing.T) {
	fromYAML, err := load(t, everything, true)
	if err != nil {
		t.Fatal(err)
	}
	fromJSON, err := load(t, toJSON(t, everything), true)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fromYAML, fromJSON); diff != "" {
		t.Errorf("-yaml +json:\n%s", diff)
	}
}

func TestCorpusLoadsEqualAsJSON(t *testing.T) {
	for _, c := range corpus.Recipes(t) {
		fromYAML, err := recipe.Load(t.Context(), c.File, recipe.LoadOptions{Strict: true})
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(fromYAML)
		if err != nil {
			t.Fatal(err)
		}
		fromJSON, err := load(t, string(data), true)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fromYAML, fromJSON); diff != "" {
			t.Errorf("%s: -yaml +json:\n%s", c.Name, diff)
		}
	}
}

func TestJSONHasLinesAndSurrogatePairs(t *testing.T) {
	r, err := load(t, "\n{\"componentRefs\": [{\"name\":\"a\",\"namespace\":\"n\",\"manifestFiles\":[\"x\"],\n\"overrides\":{\"face\":\"\\ud83d\\ude00\",\"on\":\"on\",\"<<\":1,\"big\":9007199254740993}}]}", true)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"face": "😀", "on": "on", "<<": int64(1), "big": int64(9007199254740993)}
	if diff := cmp.Diff(want, r.ComponentRefs[0].Overrides); diff != "" {
		t.Error(diff)
	}
	_, err = load(t, "{\n\"kind\": \"RecipeResult\",\n\"kind\": \"x\",\n\"componentRefs\": [\n{\"name\": \"a\",\n\"namespace\": \"n\",\n\"manifestFiles\": [\"x\"],\n\"tag\": \"t\",\n\"overrides\": {\"k\": 1,\n\"k\": 2}}]}", false)
	wantProblems := `line 3: the key "kind" appears twice in one map (first on line 2); remove one
line 10: component "a": overrides: the key "k" appears twice in one map (first on line 9); remove one
line 8: component "a": tag belongs to Kustomize components; remove it, a Helm component has a version`
	if got := problems(t, err); got != wantProblems {
		t.Errorf("got\n%s", got)
	}
}

func TestAliasesAreReadWhereverTheirAnchorStands(t *testing.T) {
	r, err := load(t, `
x-common: &common {on: off, 1: one}
componentRefs:
- name: a
  namespace: n
  source: https://h
  version: "1"
  chart: &v on
  overrides:
    copy: *common
    merged: {<<: *common, own: *v}
    text: "*v"
`, false)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"copy": map[string]any{"on": false, "1": "one"}, "text": "*v",
		"merged": map[string]any{"on": false, "1": "one", "own": true},
	}
	if diff := cmp.Diff(want, r.ComponentRefs[0].Overrides); diff != "" {
		t.Error(diff)
	}
	if c := r.ComponentRefs[0]; c.Chart != "on" {
		t.Errorf("the alias in overrides changes the chart to %q", c.Chart)
	}
}

func TestAliasBombsAreRefused(t *testing.T) {
	bomb := "b0: &b0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i <= 9; i++ {
		bomb += fmt.Sprintf("b%d: &b%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*b%d,", i-1), 10), ","))
	}
	shared := "x: &x [" + strings.Repeat("a,", 10_000) + "]\ncomponentRefs:\n" + strings.Repeat("- {name: a, cleanup: *x}\n", 200)
	deep := "validation: " + strings.Repeat("[", 2000) + strings.Repeat("]", 2000)
	for name, c := range map[string]struct{ doc, want string }{
		"bomb":        {bomb + "validation: *b9\n", "line 6: the document's aliases expand to more than 1000000 values"},
		"many shares": {shared, "expand to more than 1000000 values"},
		"self":        {"validation: &s [*s]\n", `line 1: the anchor "s" contains itself; write the values out`},
		"self in map": {"validation: &s {a: {b: *s}}\n", `the anchor "s" contains itself`},
		"self merge":  {"validation: &s {<<: *s}\n", `the anchor "s" contains itself`},
		"deep":        {deep, "line 1: values are nested deeper than 1000 levels; flatten them"},
		"deep JSON":   {"{\"validation\": " + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + "}", "nested deeper than 1000 levels"},
		"deeper":      {strings.Repeat("[", 1_000_000), "exceeded max depth"},
		"bare self":   {"&s [*s]", `the anchor "s" contains itself`},
		"refs self":   {"componentRefs: &s [*s]", `the anchor "s" contains itself`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, c.doc, false)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %.300v, want %s", err, c.want)
			}
		})
	}
}

func TestReleasesAndHelpers(t *testing.T) {
	r, err := load(t, everything, true)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Component("full").Releases(); !slices.Equal(got, []string{"full-pre", "full", "full-post"}) {
		t.Errorf("releases %v", got)
	}
	only := recipe.ComponentRef{Name: "m", ManifestFiles: []string{"x"}, PreManifestFiles: []string{"y"}}
	if got := only.Releases(); !slices.Equal(got, []string{"m-pre", "m"}) || !only.ManifestOnly() || only.ChartName() != "m" {
		t.Errorf("manifest-only releases %v", got)
	}
	if r.Component("none") != nil {
		t.Error("an unknown component is found")
	}
}
