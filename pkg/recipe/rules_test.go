package recipe_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
)

// good is a component that breaks no rule; it ends without a newline, so that a row can add fields.
const good = `
- name: a
  namespace: ns
  source: https://charts.example.com
  version: 1.2.3`

func load(t *testing.T, document string, strict bool) (*recipe.RecipeResult, error) {
	t.Helper()
	return recipe.Load(t.Context(), "-", recipe.LoadOptions{Stdin: strings.NewReader(document), Strict: strict})
}

// TestInvalidRecipesNameWhatWhereAndWhatToDo has a row for each rule of the format. Each want is
// one line of the message.
func TestInvalidRecipesNameWhatWhereAndWhatToDo(t *testing.T) {
	long := strings.Repeat("x", 54)
	for name, c := range map[string]struct {
		doc  string
		want []string
	}{
		"apiVersion": {"apiVersion: aicr.run/v2\ncomponentRefs: [{}]", []string{
			`line 1: apiVersion is "aicr.run/v2", and a recipe has aicr.run/v1, aicr.run/v1beta2, aicr.run/v1alpha2, aicr.run/v1alpha3 or none; resolve the recipe again with AICR`,
		}},
		"kind": {"\nkind: Pod", []string{`line 2: kind is "Pod"; only kind RecipeResult can be bundled`}},
		"no components": {"kind: RecipeResult", []string{
			"the recipe has no componentRefs, so there is nothing to deploy; list its components there",
		}},
		"empty":          {"", []string{"the document is not a map of recipe fields; a recipe has kind: RecipeResult and componentRefs"}},
		"only a comment": {"# x\n", []string{"the document is not a map of recipe fields; a recipe has kind: RecipeResult and componentRefs"}},
		"a list":         {"- a", []string{"the document is not a map of recipe fields; a recipe has kind: RecipeResult and componentRefs"}},
		"text":           {"hello", []string{"the document is not a map of recipe fields; a recipe has kind: RecipeResult and componentRefs"}},
		"syntax":         {"kind: RecipeResult\na: [", []string{"line 2: did not find expected node content; check the syntax there"}},
		"tab":            {"kind: RecipeResult\n\ta: 1", []string{"line 2: found a tab character that violates indentation; check the syntax there"}},
		"second document": {"kind: RecipeResult\n---\nkind: RecipeResult", []string{
			"line 3: a second document begins here, and only one can be read; remove the --- or the rest",
		}},
		"duplicate key": {"kind: RecipeResult\nkind: RecipeResult\ncomponentRefs:" + good, []string{
			`line 2: the key "kind" appears twice in one map (first on line 1); remove one`,
		}},
		"duplicate key in a component": {"componentRefs:" + good + "\n  version: 2.0.0", []string{
			`line 6: component "a": the key "version" appears twice in one map (first on line 5); remove one`,
		}},
		"duplicate key in overrides": {"componentRefs:" + good + "\n  overrides:\n    x: 1\n    x: 2", []string{
			`line 8: component "a": overrides: the key "x" appears twice in one map (first on line 7); remove one`,
		}},
		"wrong kinds": {"metadata: x\ncriteria: {nodes: many, os: [a]}\nconstraints: {}\ndeploymentOrder: a\ncomponentRefs: [1, [], null]", []string{
			`line 1: metadata is "x", where a map is needed`,
			`line 2: criteria.nodes is "many", where a whole number is needed`,
			"line 2: criteria.os is a list, where text is needed",
			"line 3: constraints is a map, where a list is needed",
			`line 4: deploymentOrder is "a", where a list is needed`,
			`line 5: componentRefs[0] is "1", where a component is needed`,
			"line 5: componentRefs[1] is a list, where a component is needed",
			"line 5: componentRefs[2] is null, where a component is needed",
			"the recipe has no componentRefs, so there is nothing to deploy; list its components there",
		}},
		"wrong kinds in a component": {"componentRefs:" + good + "\n  chart: {}\n  manifestFiles: x\n  overrides: text\n  dependencyRefs: ['', [b]]", []string{
			`line 6: component "a": chart is a map, where text is needed`,
			`line 7: component "a": manifestFiles is "x", where a list is needed`,
			`line 8: component "a": overrides is a single value, where a map is needed`,
			`line 9: component "a": dependencyRefs[0] is empty; remove it`,
			`line 9: component "a": dependencyRefs[1] is a list, where text is needed`,
		}},
		"negative nodes":    {"criteria:\n  nodes: -1\ncomponentRefs:" + good, []string{"line 2: criteria.nodes is -1, where a whole number of at least 0 is needed"}},
		"fractional nodes":  {"criteria:\n  nodes: 1.5\ncomponentRefs:" + good, []string{`line 2: criteria.nodes is "1.5", where a whole number is needed`}},
		"Helm with tag":     {"componentRefs:" + good + "\n  tag: v1", []string{`line 6: component "a": tag belongs to Kustomize components; remove it, a Helm component has a version`}},
		"Helm with path":    {"componentRefs:" + good + "\n  path: x", []string{`line 6: component "a": path belongs to Kustomize components; remove it, a Helm component has a chart`}},
		"chart, no source":  {"componentRefs:\n- name: a\n  namespace: n\n  chart: c\n  version: '1'", []string{`line 4: component "a": chart "c" has no source; name its chart repository`}},
		"source no version": {"componentRefs:\n- name: a\n  namespace: n\n  source: https://h", []string{`line 4: component "a": the chart has no version, and a recipe pins each chart; add it`}},
		"version v":         {"componentRefs:\n- name: a\n  namespace: n\n  source: https://h\n  version: v", []string{`line 5: component "a": version "v" is neither a version nor a range of versions, so Flux finds no chart; write a complete version such as 1.2.3`}},
		"white space": {"componentRefs:\n- name: a\n  namespace: n\n  chart: 'c '\n  source: ' https://h'\n  version: \"1\\n\"", []string{
			`line 4: component "a": chart "c " has white space around it; remove it`,
			`line 5: component "a": source " https://h" has white space around it; remove it`,
			`line 6: component "a": version "1\n" has white space around it; remove it`,
		}},
		"nothing": {"componentRefs:\n- name: a\n  namespace: n\n  preManifestFiles: [x.yaml]", []string{
			`line 2: component "a": the component has no chart, no source and no manifestFiles; give it a source and version, or manifestFiles`,
		}},
		"unknown type":     {"componentRefs:" + good + "\n  type: Tanka", []string{`line 6: component "a": type "Tanka" is unknown; use Helm or Kustomize`}},
		"no name":          {"componentRefs:\n- namespace: n\n  manifestFiles: [x]", []string{`line 2: componentRefs[0]: the component has no name; give it one`}},
		"label":            {"componentRefs:\n- name: Foo_Bar\n  namespace: n\n  manifestFiles: [x]", []string{`line 2: component "Foo_Bar": the name is not a DNS-1123 label; use lower-case letters, digits and inner hyphens`}},
		"dot":              {"componentRefs:\n- name: .\n  namespace: n\n  manifestFiles: [x]", []string{`line 2: component ".": the name is not a DNS-1123 label; use lower-case letters, digits and inner hyphens`}},
		"reserved sources": {"componentRefs:\n- name: sources\n  namespace: n\n  manifestFiles: [x]", []string{`line 2: component "sources": the name is reserved for a directory of the bundle; choose another`}},
		"reserved data":    {"componentRefs:\n- name: data\n  namespace: n\n  manifestFiles: [x]", []string{`line 2: component "data": the name is reserved for a directory of the bundle; choose another`}},
		"long name": {"componentRefs:\n- name: " + long + "\n  namespace: n\n  manifestFiles: [x]", []string{
			`line 2: component "` + long + `": the release name "` + long + `" has 54 characters, and Helm allows 53; shorten the component's name`,
		}},
		"long -pre name": {"componentRefs:\n- name: " + long[:50] + "\n  namespace: n\n  manifestFiles: [x]\n  preManifestFiles: [y]", []string{
			`line 2: component "` + long[:50] + `": the release name "` + long[:50] + `-pre" has 54 characters, and Helm allows 53; shorten the component's name`,
		}},
		"long -post name": {"componentRefs:\n- name: " + long[:49] + "\n  namespace: n\n  source: https://h\n  version: '1'\n  manifestFiles: [x]", []string{
			`line 2: component "` + long[:49] + `": the release name "` + long[:49] + `-post" has 54 characters, and Helm allows 53; shorten the component's name`,
		}},
		"one name twice": {"componentRefs:" + good + good, []string{`line 6: component "a": another component (the one on line 2) has this name; rename or remove one of them`}},
		"generated -pre": {"componentRefs:" + good + "\n  preManifestFiles: [x]\n- name: a-pre\n  namespace: n\n  manifestFiles: [x]", []string{
			`line 7: component "a-pre": the name is that of a release which component "a" generates for its manifests; rename one of them`,
		}},
		"generated -post": {"componentRefs:" + good + "\n  manifestFiles: [x]\n  chart: c\n- name: a-post\n  namespace: n\n  manifestFiles: [x]", []string{
			`line 8: component "a-post": the name is that of a release which component "a" generates for its manifests; rename one of them`,
		}},
		"patches": {"componentRefs:" + good + "\n  patches:\n  - x", []string{
			`line 6: component "a": patches are applied by no deployer; put the change into overrides or a manifest, and remove them`,
		}},
		"switch": {"componentRefs:" + good + "\n  overrides: {enabled: 1}", []string{
			`line 6: component "a": overrides.enabled switches the component and must be true or false, not a number`,
		}},
		"null switch": {"componentRefs:" + good + "\n  overrides: {enabled: }", []string{
			`line 6: component "a": overrides.enabled switches the component and must be true or false, not null`,
		}},
		"no namespace": {"componentRefs:\n- name: a\n  manifestFiles: [x]", []string{
			`line 2: component "a": the component has no namespace, and would be installed into the Flux namespace; name one`,
		}},
		"null namespace": {"componentRefs:\n- name: a\n  namespace: ~\n  manifestFiles: [x]", []string{
			`line 3: component "a": the component has no namespace, and would be installed into the Flux namespace; name one`,
		}},
		"bad namespace": {"componentRefs:\n- name: a\n  namespace: No\n  manifestFiles: [x]", []string{
			`line 3: component "a": namespace "No" is not a DNS-1123 label; use at most 63 lower-case letters, digits and inner hyphens`,
		}},
		"unknown in the order": {"deploymentOrder:\n- a\n- b\ncomponentRefs:" + good, []string{
			`line 3: deploymentOrder[1] names "b", which is no component of the recipe; add it or remove the entry`,
		}},
		"twice in the order": {"deploymentOrder:\n- a\n- a\ncomponentRefs:" + good, []string{
			`line 3: deploymentOrder names "a" twice (entries 0 and 1); remove one`,
		}},
		"unknown dependency": {"componentRefs:" + good + "\n  dependencyRefs:\n  - b", []string{
			`line 6: component "a": dependencyRefs names "b", which is no component of the recipe; add it or remove the reference`,
		}},
		"scheme":  {"componentRefs:\n- {name: a, namespace: n, version: '1', source: 'ftp://h/x?token=hush'}", []string{`line 2: component "a": chart repository "ftp://h/x?…" has the scheme "ftp"; use https://, http:// or oci://`}},
		"no host": {"componentRefs:\n- {name: a, namespace: n, version: '1', source: 'https:///x'}", []string{`line 2: component "a": chart repository "https:///x" has no host; write https://HOST/PATH`}},
		"all of them at once": {"zone: x\ncomponentRefs:\n- name: A\n  tag: t\n- name: sources\n  type: x\ndeploymentOrder: [q]", []string{
			`line 3: component "A": the name is not a DNS-1123 label; use lower-case letters, digits and inner hyphens`,
			`line 4: component "A": tag belongs to Kustomize components; remove it, a Helm component has a version`,
			`line 3: component "A": the component has no chart, no source and no manifestFiles; give it a source and version, or manifestFiles`,
			`line 3: component "A": the component has no namespace, and would be installed into the Flux namespace; name one`,
			`line 5: component "sources": the name is reserved for a directory of the bundle; choose another`,
			`line 6: component "sources": type "x" is unknown; use Helm or Kustomize`,
			`line 7: deploymentOrder[0] names "q", which is no component of the recipe; add it or remove the entry`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, c.doc, false)
			if err == nil {
				t.Fatal("the recipe is accepted")
			}
			if code := errors.CodeOf(err); code != errors.ErrCodeInvalidRequest {
				t.Errorf("code %s", code)
			}
			if got, want := problems(t, err), strings.Join(c.want, "\n"); got != want {
				t.Errorf("problems:\n%s\nwant:\n%s", got, want)
			}
			if strings.Contains(err.Error(), "hush") {
				t.Errorf("the message holds a token: %s", err)
			}
		})
	}
}

// problems returns the problems of an error, one on a line.
func problems(t *testing.T, err error) string {
	t.Helper()
	text, ok := strings.CutPrefix(err.Error(), "recipe standard input: ")
	if !ok {
		t.Errorf("the message does not begin with the recipe: %s", err)
	}
	lines := strings.Split(text, "\n  - ")
	if len(lines) > 1 {
		lines = lines[1:]
	}
	return strings.Join(lines, "\n")
}
