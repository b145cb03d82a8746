package flux_test

import (
	"reflect"
	"strings"
	"testing"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/prooftest"
)

// awkward are texts that YAML, templates or shells take for something else.
var awkward = []string{
	"1.10", "v1", "1e3", ">=1.0.0", "*", "123", "0x1F", "007", "1_000", "on", "off", "yes", "n", "null", "~", "true", "<<", "=", ".inf", "2024-01-01", "1:20", "-", "? a",
	"a: b", "a:", "# a", "a # b", "'", `"`, `a"b`, "it's", "{a: b}", "[a]", "{{ .Values.x }}", "&a", "!x", "|", ">", "%a", "@a", "`a`", `\`, `\n`, `a\`,
	"a\nb", "a\n", "\na", "a\n\n", "a\n---\nb: c", "a\nkind: Secret\n", "a\r\nb", "\ta", "a\t", " a", "a ", "a\n  b", "a\n \nb",
	"${VAR}", "${a.b}", "$$", "a$${b}", "${{ x }}", "\x00", "\x01", "\x07", "\x7f", "\u0085", "a\u2028b", "\ufeff", "\ufffe", "é", "日本", "🎉", "<b>", "a|b", "-->",
	strings.Repeat("long ", 50), strings.Repeat("x", 300),
}

// generatorOf has s in every field that takes free text, alone and inside.
func generatorOf(s string) *flux.Generator {
	ref := chartRef("gpu")
	if recipe.CheckChartName(s) == nil {
		ref.Chart = s
	}
	if recipe.CheckVersion(s) == nil {
		ref.Version = s
	}
	other := manifestRef("other")
	other.Version = s
	g := newGenerator(ref, other)
	g.Version, g.RepoPath = s, s
	if recipe.IsGitName(s) {
		g.TargetRevision = s
	}
	g.ComponentValues["gpu"] = map[string]any{"text": s, "list": []any{s, map[string]any{"in": s}}, "k" + s: "v", "moved": s, "stays": "x"}
	g.ComponentValues["other"] = g.ComponentValues["gpu"]
	g.DynamicValues["gpu"] = []string{"moved", "not.set" + s}
	g.ComponentManifests["other"] = manifests("m.yaml", "data: {all: {{ .Values | toJson | quote }}}\nkind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\n")
	return g
}

// survives checks that every object holds s where it was put, as kustomize and
// Flux read it. It reports whether s was accepted at all.
func survives(t *testing.T, g *flux.Generator, s string) bool {
	t.Helper()
	plan, err := g.Plan(t.Context())
	if err != nil {
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
			t.Fatalf("%q: %v", s, err)
		}
		return false
	}
	files, err := plan.Render()
	if err != nil {
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
			t.Fatalf("%q: %v", s, err)
		}
		return false
	}
	fsys := mapFS(files)
	report := prooftest.Check(t, fsys)
	guarded(t, report)
	samePlan(t, plan, fsys)
	if t.Failed() {
		t.Fatalf("with the text %q", s)
	}
	return true
}

// guarded checks that substitution would change no object.
func guarded(t *testing.T, report prooftest.Report) {
	t.Helper()
	for _, o := range report.Objects {
		text, err := yaml.Marshal(o.Content)
		if err != nil {
			t.Fatal(err)
		}
		finds := strings.Contains(string(text), "${") || strings.Contains(string(text), "$$")
		if off := o.Text("metadata", "annotations", "kustomize.toolkit.fluxcd.io/substitute") == "disabled"; finds != off {
			t.Errorf("%s: substitution finds something: %t, and is off: %t\n%s", o.Ref, finds, off, text)
		}
	}
}

func TestHazard01_ScalarsStayText(t *testing.T) {
	for _, s := range []string{"1.10", "v1", "1e3", ">=1.0.0", "*", "0x1F", "1_0", "2024-01-01"} {
		g := generatorOf(s)
		if !survives(t, g, s) {
			t.Errorf("%q is refused", s)
		}
		_, fsys := render(t, g)
		spec := helmRelease(t, fsys, "gpu").Spec.Chart.Spec
		if recipe.CheckVersion(s) == nil && spec.Version != strings.TrimPrefix(s, "v") || recipe.CheckChartName(s) == nil && spec.Chart != s {
			t.Errorf("%q is written as version %q of chart %q", s, spec.Version, spec.Chart)
		}
		if got := readAs[sourcev1.GitRepository](t, fsys, "sources/gitrepo-git-example-com-org-repo.yaml").Spec.Reference.Branch; got != s && recipe.IsGitName(s) {
			t.Errorf("branch %q is written as %q", s, got)
		}
	}
	for _, s := range []string{"123", "on", "null", "true", "1e3"} {
		g := newGenerator(chartRef("gpu"), manifestRef("other"))
		g.Namespace, g.RecipeResult.ComponentRefs[0].Namespace, g.Settings.ServiceAccount, g.RepoSecret = s, s, s, s
		g.ComponentManifests["other"] = manifests("m.yaml", manifest)
		for _, g := range []*flux.Generator{g, inOCI(g)} {
			_, fsys, report := proved(t, g)
			for _, o := range report.Objects {
				if o.Namespace != s {
					t.Errorf("%s: is in namespace %q, want %q", o.Ref, o.Namespace, s)
				}
			}
			if spec := helmRelease(t, fsys, "gpu").Spec; spec.TargetNamespace != s || spec.StorageNamespace != s || spec.ServiceAccountName != s {
				t.Errorf("%+v", spec)
			}
		}
	}
	for _, ns := range []string{"~", "1.10"} {
		g := newGenerator(chartRef("gpu"))
		g.RecipeResult.ComponentRefs[0].Namespace = ns
		refuses(t, g, "namespace")
	}
}

func TestHazard02_NoTextBreaksOut(t *testing.T) {
	accepted, awkward := 0, awkward
	if testing.Short() {
		awkward = awkward[:len(awkward)/4]
	}
	for _, s := range awkward {
		if survives(t, generatorOf(s), s) {
			accepted++
		}
		survives(t, generatorOf("a"+s+"b"), s)
	}
	if accepted < 30 && !testing.Short() {
		t.Errorf("only %d of %d texts are accepted", accepted, len(awkward))
	}
	for _, bad := range []string{"a\nb", "a#b", "a: b", `a"b`, "A"} {
		for field, g := range map[string]*flux.Generator{
			"name": newGenerator(chartRef(bad)), "namespace": {RecipeResult: newGenerator(chartRef("gpu")).RecipeResult, Namespace: bad},
			"OCI source": {RecipeResult: newGenerator(chartRef("gpu")).RecipeResult, OCISourceName: bad},
			"Git source": {RecipeResult: newGenerator(chartRef("gpu")).RecipeResult, GitSourceName: bad},
			"secret":     {RecipeResult: newGenerator(chartRef("gpu")).RecipeResult, RepoSecret: bad},
		} {
			t.Run(field, func(t *testing.T) { refuses(t, g) })
		}
	}
	for _, url := range []string{"https://h/a\nb", "https://h/a b", "https://h/a#b", "https://h/a?b"} {
		g := newGenerator(chartRef("gpu"))
		g.RepoURL = url
		refuses(t, g, "Git repository's URL")
		ref := chartRef("gpu")
		ref.Source = url
		refuses(t, newGenerator(ref), "chart repository")
	}
}

func TestHazard02_TextThatIsNoUTF8IsRefused(t *testing.T) {
	const bad = "a\xffb"
	for name, change := range map[string]func(*flux.Generator){
		"chart":   func(g *flux.Generator) { g.RecipeResult.ComponentRefs[0].Chart = bad },
		"branch":  func(g *flux.Generator) { g.TargetRevision = bad },
		"path":    func(g *flux.Generator) { g.RepoPath = bad },
		"value":   func(g *flux.Generator) { g.ComponentValues["gpu"] = map[string]any{"a": bad} },
		"key":     func(g *flux.Generator) { g.ComponentValues["gpu"] = map[string]any{bad: "a"} },
		"dynamic": func(g *flux.Generator) { g.DynamicValues["gpu"] = []string{bad} },
		"local":   func(g *flux.Generator) { g.RecipeResult.ComponentRefs[1].Version = bad },
	} {
		t.Run(name, func(t *testing.T) {
			g := newGenerator(chartRef("gpu"), manifestRef("other"))
			g.ComponentManifests["other"] = manifests("m.yaml", manifest)
			change(g)
			refuses(t, g, "UTF-8")
		})
	}
}

// What kustomize cannot carry would fail the whole build, or be lost.
func TestHazard02_TextThatKustomizeCannotCarryIsRefused(t *testing.T) {
	for _, s := range []string{"\x7f", "\u0080", "\u0085", "\u009f", "\ufffe", "\uffff"} {
		refuses(t, generatorOf("a"+s+"b"), "kustomize fails")
		for _, values := range []map[string]any{{"a": s}, {s: "a"}, {"a": []any{map[string]any{"b": s}}}} {
			g := newGenerator(chartRef("gpu"))
			g.ComponentValues["gpu"] = values
			refuses(t, g, `"gpu"`, "kustomize fails")
		}
	}
	g := newGenerator(chartRef("gpu"))
	g.ComponentValues["gpu"] = map[string]any{"a": map[string]any{"<<": "b"}}
	refuses(t, g, "merge")
	g.ComponentValues["gpu"] = map[string]any{"a": map[string]any{"": "b", "c": "d"}}
	refuses(t, g, "a key is empty, at which Flux's kustomize fails")
}

func TestHazard07_TrailingNewlinesSurvive(t *testing.T) {
	g := newGenerator(chartRef("gpu"), chartRef("last"))
	want := map[string]any{}
	for _, s := range []string{"a", "a\n", "a\n\n", "a\n\n\n", "\na\n", "a\nb", "a\nb\n\n", "a \n", "a\n ", "\n", "\n\n", "\n a", " a\nb\n", "a\n\tb\n"} {
		want["z"+s] = s
		want["list"+s] = []any{s}
	}
	g.ComponentValues["gpu"] = want
	g.ComponentValues["last"] = want
	g.DynamicValues["last"] = []string{"za\n\n\n", "za\nb\n\n"}
	plan, fsys, _ := proved(t, g)
	if got := helmRelease(t, fsys, "gpu").GetValues(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	samePlan(t, plan, fsys)
}

func TestHazard25_SubstitutionIsOffWhereItWouldFindSomething(t *testing.T) {
	g := newGenerator(chartRef("plain"), chartRef("inline"), chartRef("dynamic"), chartRef("key"))
	g.ComponentValues = map[string]map[string]any{
		"plain": {"a": "$x costs $5", "b": "${"[:1] + " {"}, "inline": {"a": "${HOME}"}, "dynamic": {"a": "$$", "b": "c"}, "key": {"x$$": "c"},
	}
	g.DynamicValues["dynamic"] = []string{"a"}
	_, fsys, report := proved(t, g)
	guarded(t, report)
	off := map[string]bool{}
	for _, o := range report.Objects {
		if o.Get("metadata", "annotations", "kustomize.toolkit.fluxcd.io/substitute") != nil {
			off[o.Kind+" "+o.Name] = true
		}
	}
	want := map[string]bool{"HelmRelease inline": true, "ConfigMap dynamic-values": true, "HelmRelease key": true}
	if !reflect.DeepEqual(off, want) {
		t.Errorf("substitution is off for %v, want %v", off, want)
	}
	if cm := readAs[corev1.ConfigMap](t, fsys, "dynamic/configmap-values.yaml"); cm.Labels["reconcile.fluxcd.io/watch"] != "Enabled" {
		t.Error("the guard costs the ConfigMap its label")
	}
}
