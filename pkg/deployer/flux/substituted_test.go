package flux_test

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/substitution"
	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// substituting is a generator of a component with variables, and with text that looks like some.
func substituting() *flux.Generator {
	g := newGenerator(chartRef("gpu"), chartRef("other"))
	g.ComponentManifests["gpu"] = manifests("m.yaml", reading)
	g.ComponentValues["gpu"] = map[string]any{
		"cluster": map[string]any{"name": "${CLUSTER_NAME}", "url": "https://${CLUSTER_NAME}.${DOMAIN:=example.com}/$${stays}", "port": "${PORT:=8080}"},
		"literal": "${HOME} and $$ and $x", "list": []any{"$${y}", map[string]any{"${key}": "$"}}, "n": int64(1),
	}
	g.ComponentValues["other"] = map[string]any{"literal": "${HOME}"}
	g.SubstitutedValues = map[string][]string{"gpu": {"cluster"}}
	return g
}

// filled is what Flux makes of an object with these variables.
func filled(t *testing.T, content map[string]any, vars map[string]string) *helmv2.HelmRelease {
	t.Helper()
	after, err := substitution.Apply(content, func(name string) (string, bool) { v, ok := vars[name]; return v, ok })
	if err != nil {
		t.Fatal(err)
	}
	var release helmv2.HelmRelease
	if err := json.Unmarshal(after, &release); err != nil {
		t.Fatal(err)
	}
	return &release
}

func TestHazard25_ChosenVariablesAreSubstitutedAndAllElseStays(t *testing.T) {
	vendored := substituting()
	vendored.VendorCharts, vendored.Puller = true, stubPuller{t}
	for name, g := range map[string]*flux.Generator{"git": substituting(), "oci": inOCI(substituting()), "vendored": vendored, "vendored oci": inOCI(vendored)} {
		t.Run(name, func(t *testing.T) {
			plan, fsys, _ := proved(t, g)
			nested := ""
			if g.VendorCharts {
				nested = "gpu"
			}
			for file, below := range map[string]string{"gpu/helmrelease.yaml": nested, "gpu-post/helmrelease.yaml": "gpu"} {
				var content map[string]any
				if err := yaml.Unmarshal(fsys[file].Data, &content); err != nil {
					t.Fatal(err)
				}
				values := filled(t, content, map[string]string{"CLUSTER_NAME": "a", "PORT": "1"}).GetValues()
				if below != "" {
					values = values[below].(map[string]any)
				}
				want := map[string]any{
					"cluster": map[string]any{"name": "a", "url": "https://a.example.com/${stays}", "port": 1.0},
					"literal": "${HOME} and $$ and $x", "list": []any{"$${y}", map[string]any{"${key}": "$"}}, "n": 1.0,
				}
				if !reflect.DeepEqual(values, want) {
					t.Errorf("%s: %v, want %v", file, values, want)
				}
			}
			var meant []string
			read, err := rollout.Read(t.Context(), fsys, rollout.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range read.Variables() {
				meant = append(meant, v.String()+" in "+strings.Join(v.Objects, " "))
			}
			releases := " in HelmRelease flux-system/gpu HelmRelease flux-system/gpu-post"
			if got, want := strings.Join(meant, "; "), "CLUSTER_NAME"+releases+"; DOMAIN (it has a default)"+releases+"; PORT (it has a default)"+releases; got != want {
				t.Errorf("variables: %s, want %s", got, want)
			}
			if o := helmRelease(t, fsys, "other"); o.Annotations[substitution.Key] != substitution.Disabled || !g.VendorCharts && o.GetValues()["literal"] != "${HOME}" {
				t.Errorf("the release without variables: %v %v", o.Annotations, o.GetValues())
			}
			if readme := string(fsys["README.md"].Data); !strings.Contains(readme, "| `CLUSTER_NAME` | required | gpu, gpu-post |\n| `DOMAIN` | has a default |") {
				t.Errorf("README:\n%s", readme)
			}
			if notes := strings.Join(plan.Output().DeploymentNotes, "\n"); !strings.Contains(notes, "Each cluster needs the variable CLUSTER_NAME, for gpu, gpu-post:") {
				t.Errorf("notes: %s", notes)
			}
		})
	}
}

// TestHazard25_FieldsBesideVariablesStay has text in other fields of the release that substitution would
// rewrite.
func TestHazard25_FieldsBesideVariablesStay(t *testing.T) {
	g := substituting()
	g.Readiness = true
	g.HealthChecks = map[string][]component.HealthCheck{"gpu": {{APIVersion: "v1", Kind: "ConfigMap", Current: `data.a == '${b} $$'`}}}
	_, fsys, _ := proved(t, g)
	var content map[string]any
	if err := yaml.Unmarshal(fsys["gpu-post/helmrelease.yaml"].Data, &content); err != nil {
		t.Fatal(err)
	}
	release := filled(t, content, map[string]string{"CLUSTER_NAME": "a"})
	if got := release.Spec.HealthCheckExprs; len(got) != 1 || got[0].Current != `data.a == '${b} $$'` {
		t.Errorf("%+v", got)
	}
}

func TestVariablesThatCannotWorkAreRefused(t *testing.T) {
	value := func(text any) func(*flux.Generator) {
		return func(g *flux.Generator) { g.ComponentValues["gpu"] = map[string]any{"cluster": text} }
	}
	for name, c := range map[string]struct {
		change func(*flux.Generator)
		says   []string
	}{
		"no value":           {value(nil), []string{`substituted path "cluster" holds no variable`, "`Set` gpu:cluster='${NAME}'"}},
		"no path":            {func(g *flux.Generator) { g.SubstitutedValues["gpu"] = []string{"a.b"} }, []string{`substituted path "a.b" has no value`}},
		"a path":             {func(g *flux.Generator) { g.SubstitutedValues["gpu"] = []string{"a[0]"} }, []string{"index"}},
		"no variable":        {value("$${X} $x"), []string{"holds no variable"}},
		"a digit":            {value("${1X}"), []string{`"1X" cannot be the name of a variable`}},
		"unclosed":           {value(map[string]any{"deep": "a ${X"}), []string{"cannot read the text at cluster.deep", "closing brace"}},
		"unclosed default":   {value("${X:=d"), []string{"cannot read the text at cluster"}},
		"an expression":      {value("${{ x }}"), []string{"cannot read the text at cluster"}},
		"in a manifest":      {func(g *flux.Generator) { value("x")(g); g.ComponentManifests["gpu"] = manifests("m.yaml", "a: ${X}\n") }, []string{"holds no variable", ".Values"}},
		"dynamic":            {func(g *flux.Generator) { g.DynamicValues["gpu"] = []string{"cluster.name"} }, []string{`substituted path "cluster" and dynamic path "cluster.name" exclude each other`}},
		"dynamic in cluster": {func(g *flux.Generator) { g.DynamicValues["gpu"], g.ValuesFrom = []string{"cluster"}, "cluster" }, []string{"exclude each other"}},
		"a Secret": {func(g *flux.Generator) {
			g.SecretValues["gpu"] = []deployer.SecretValue{{Path: "cluster.name", Secret: "s", Key: "k"}}
		}, []string{`substituted path "cluster" and secret value "cluster.name" exclude each other`}},
		"another component": {func(g *flux.Generator) { g.SubstitutedValues["nobody"] = []string{"a"} }, []string{"nobody"}},
		"no manifest reads": {func(g *flux.Generator) {
			*g = *newGenerator(manifestRef("gpu"))
			g.ComponentManifests["gpu"], g.SubstitutedValues = manifests("m.yaml", manifest), map[string][]string{"gpu": {"cluster"}}
			value("${X}")(g)
		}, []string{`component "gpu": no manifest of it reads values`}},
	} {
		t.Run(name, func(t *testing.T) {
			g := substituting()
			c.change(g)
			refuses(t, g, c.says...)
		})
	}
}

// TestVariablesStandBesideOtherValues have dynamic values and Secrets of the same component.
func TestVariablesStandBesideOtherValues(t *testing.T) {
	g := substituting()
	g.ComponentValues["gpu"]["password"] = "${PASSWORD}"
	g.SubstitutedValues["gpu"] = append(g.SubstitutedValues["gpu"], "password")
	g.DynamicValues["gpu"] = []string{"literal"}
	g.SecretValues["gpu"] = []deployer.SecretValue{{Path: "token", Secret: "s", Key: "k"}}
	plan, fsys, _ := proved(t, g)
	for _, w := range plan.Warnings {
		if strings.Contains(w, "in clear") {
			t.Error(w)
		}
	}
	if o := readAs[corev1.ConfigMap](t, fsys, "gpu/configmap-values.yaml"); o.Annotations[substitution.Key] != substitution.Disabled {
		t.Error("the ConfigMap is not guarded")
	}
}

// TestHazard18_ASecretBesideVariablesIsSaidToBeInClear has texts below a path of variables that are
// no variables, or have a default.
func TestHazard18_ASecretBesideVariablesIsSaidToBeInClear(t *testing.T) {
	g := substituting()
	g.ComponentValues["gpu"]["cluster"] = map[string]any{
		"name": "${CLUSTER_NAME}", "password": "plain", "token": "${TOKEN:=plain}", "apiKey": "Bearer ${KEY}",
		"env": []any{map[string]any{"name": "DB_PASSWORD", "value": "plain"}, map[string]any{"name": "OTHER_PASSWORD", "value": "${OTHER}"}},
	}
	plan, _, _ := proved(t, g)
	warnings := strings.Join(plan.Warnings, "\n")
	for path, clear := range map[string]bool{"cluster.password": true, "cluster.token": true, "cluster.env.0.value": true, "cluster.apiKey": false, "cluster.env.1.value": false} {
		if strings.Contains(warnings, `the value at "`+path+`" looks like a secret`) != clear {
			t.Errorf("%s: want a warning: %v, have:\n%s", path, clear, warnings)
		}
	}
}

// TestHazard08_ADefaultThatYAMLTakesForANumberIsSaid has defaults that do not come out as they are written.
func TestHazard08_ADefaultThatYAMLTakesForANumberIsSaid(t *testing.T) {
	for text, misread := range map[string]bool{"${V:=1.10}": true, "${V:=}": true, `${V:="1.10"}`: false, "${V:=1.5}": false, "v${V:=1.10}": false, `"${V:=a}"`: false, "${V}": false} {
		g := substituting()
		g.ComponentValues["gpu"]["cluster"] = map[string]any{"version": text}
		out, err := g.Generate(t.Context(), filepath.Join(t.TempDir(), "bundle"))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.Join(out.Warnings, "\n"), "spec.values.cluster.version is something else to YAML"); got != misread {
			t.Errorf("%s: a warning: %v, want %v", text, got, misread)
		}
	}
}
