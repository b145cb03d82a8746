package fleet_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/fleet"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// made is a bundle with two releases of which one takes values from the cluster.
func made(t testing.TB, version string) *rollout.Rollout {
	t.Helper()
	r := &recipe.RecipeResult{ComponentRefs: []recipe.ComponentRef{
		{Name: "operator", Namespace: "operator", Type: "Helm", Source: "https://charts.example.com", Version: version},
		{Name: "web", Namespace: "web", Type: "Helm", Source: "https://charts.example.com", Version: version},
	}}
	b, err := flux.Deployer{}.Make(t.Context(), deployer.Input{
		Options: deployer.Options{ValuesFrom: deployer.ValuesFromCluster, GitSourceName: "flux-system"}, Recipe: r,
		Values:        map[string]map[string]any{"web": {"replicas": 1, "fixed": map[string]any{"a": 1}}},
		DynamicValues: map[string][]string{"web": {"replicas", "host"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Rollout
}

const threeClusters = `
kind: Fleet
bundles:
  old: {directory: bundles/old, path: bundles/old, source: flux-system}
  new: {oci: "oci://registry.example.com/org/bundle@sha256:` + digest + `"}
groups:
  canary: {bundle: new, values: {web: {host: all.example.com}}}
  production:
    bundle: old # promotion
    dependsOn: [storage]
clusters:
  a: {group: canary, values: {web: {replicas: 2}}}
  b: {group: canary, values: {web: {host: "b-${x}.example.com", replicas: null}}}
  c:
    group: production
    values: {web: {list: [1, "2", 1.50]}}
    substitute: {SIZE: "5"}
    substituteFrom: [{kind: Secret, name: vars, optional: true}]
    patches:
      - target: {kind: HelmRelease, name: web}
        patch: |
          - {op: replace, path: /spec/interval, value: 1h}
`

const digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func build(t testing.TB, text string) (*fleet.Made, error) {
	t.Helper()
	f, err := fleet.Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	return f.Make(t.Context(), map[string]*rollout.Rollout{"old": made(t, "1.0.0"), "new": made(t, "2.0.0")}, nil)
}

// built are the objects of a cluster's directory after a build as Flux does one, by kind.
func built(t *testing.T, m *fleet.Made, cluster string) map[string]map[string]any {
	t.Helper()
	memory := filesys.MakeFsInMemory()
	var resources []string
	for file := range m.Files.All() {
		if name, inDir := strings.CutPrefix(file.Path, cluster+"/"); inDir {
			resources = append(resources, name)
			if err := memory.WriteFile("d/"+name, file.Data); err != nil {
				t.Fatal(err)
			}
		}
	}
	root, _ := yaml.Marshal(map[string]any{"resources": resources})
	if err := memory.WriteFile("d/kustomization.yaml", root); err != nil {
		t.Fatal(err)
	}
	all, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(memory, "d")
	if err != nil {
		t.Fatal(err)
	}
	objects := map[string]map[string]any{}
	for _, o := range all.Resources() {
		objects[o.GetKind()], err = o.Map()
		if err != nil {
			t.Fatal(err)
		}
	}
	return objects
}

func TestThreeClustersGetOneBundleAndTheirOwnValues(t *testing.T) {
	m, err := build(t, threeClusters)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]any{
		"a": {"host": "all.example.com", "replicas": 2},
		"b": {"host": "b-${x}.example.com", "replicas": nil},
		"c": {"list": []any{1, "2", 1.5}},
	}
	for cluster, vals := range want {
		objects := built(t, m, cluster)
		data := objects["ConfigMap"]["data"].(map[string]any)["values.yaml"].(string)
		got, err := values.Decode([]byte(data))
		meant, _ := values.Normalize(vals)
		if err != nil || !reflect.DeepEqual(got, meant) {
			t.Errorf("%s: values %v, want %v (%v)", cluster, got, meant, err)
		}
		text, _ := yaml.Marshal(objects["Kustomization"])
		var k kustomizev1.Kustomization
		if err := yaml.UnmarshalStrict(text, &k); err != nil {
			t.Fatal(err)
		}
		if k.Name != "aicr-bundle" {
			t.Errorf("%s: the Kustomization is %q: under another name it would be another owner", cluster, k.Name)
		}
		if oci := objects["OCIRepository"]; cluster != "c" {
			if ref := oci["spec"].(map[string]any)["ref"]; !reflect.DeepEqual(ref, map[string]any{"digest": "sha256:" + digest}) {
				t.Errorf("%s: ref %v", cluster, ref)
			}
			continue
		}
		if k.Spec.Path != "./bundles/old" || k.Spec.SourceRef.Name != "flux-system" || len(objects) != 2 ||
			k.Spec.DependsOn[0].Name != "storage" || k.Spec.Patches[0].Target.Name != "web" ||
			k.Spec.PostBuild.Substitute["SIZE"] != "5" || !k.Spec.PostBuild.SubstituteFrom[0].Optional {
			t.Errorf("c: %s", text)
		}
	}
}

func TestPromotionIsOneLineAndTouchesOnlyItsGroup(t *testing.T) {
	before, err := build(t, threeClusters)
	if err != nil {
		t.Fatal(err)
	}
	after, err := build(t, strings.Replace(threeClusters, "bundle: old # promotion", "bundle: new", 1))
	if err != nil {
		t.Fatal(err)
	}
	var changed []string
	for file := range after.Files.All() {
		if was, _ := before.Files.Get(file.Path); string(was) != string(file.Data) {
			changed = append(changed, file.Path)
		}
	}
	if want := []string{"aicr-fleet.md", "c/aicr-bundle.yaml"}; !reflect.DeepEqual(changed, want) {
		t.Errorf("changed %v, want %v", changed, want)
	}
}

func TestWhatIsRefused(t *testing.T) {
	for _, c := range []struct{ name, from, to, want string }{
		{"unknown key", "groups:\n", "grops: {}\ngroups:\n", `unknown key "grops"; did you mean "groups"?`},
		{"unknown group", "a: {group: canary", "a: {group: canari", `"canari" is no group of the file; the groups are canary, production`},
		{"unknown bundle", "{bundle: new,", "{bundle: next,", `"next" is no bundle of the file`},
		{"cluster that is a path", "  a: {", "  ../a: {", `cluster "../a": the name is that of a directory`},
		{"no digest", "@sha256:" + digest, ":v1", "has no digest"},
		{"value of a release that takes none", "{web: {replicas: 2}}", "{operator: {x: 1}}", `release "operator" takes none from the cluster`},
		{"value that the bundle sets inline", "{web: {replicas: 2}}", "{web: {fixed: {a: 2}}}", "fixed.a has no effect"},
		{"no values", "    values: {web: {list: [1, \"2\", 1.50]}}\n", "", `release "web" waits for values of the cluster`},
		{"patch without effect", "kind: HelmRelease, name: web", "kind: HelmRelease, name: wob", `patches[0] changes nothing in bundle "old"`},
		{"patch that fails", "/spec/interval, value", "/spec/nowhere/interval, value", "kustomize cannot apply the patches"},
		{"variable", "SIZE:", "5IZE:", `"5IZE" is not the name of a variable`},
		{"a name that is more than one", "dependsOn: [storage]", `dependsOn: ["x\n---\nkind: Secret"]`, `dependsOn[0]: "x\n---\nkind: Secret" is not a name that Kubernetes accepts`},
		{"itself", "dependsOn: [storage]", "dependsOn: [aicr-bundle]", "dependsOn names aicr-bundle, which is the Kustomization itself"},
		{"no name of a Secret", "name: vars", "name: VARS", "substituteFrom[0]: it needs the kind ConfigMap or Secret, and a name"},
		{"a cluster twice", "  b: {", "  a: {", `the key "a" appears twice`},
		{"the same in many", "kind: Fleet", "kind: Fleet\nnamespace: UP", `cluster "a" and 2 more: the namespace "UP"`},
		{"no patch", "- {op: replace, path: /spec/interval, value: 1h}", "text", "neither a map, as a strategic merge patch, nor a list, as a JSON patch"},
		{"both kinds of source", "source: flux-system}", "source: flux-system, oci: oci://h/r}", "it needs either directory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(threeClusters, c.from, c.to, 1)
			if text == threeClusters {
				t.Fatal("nothing is replaced")
			}
			if _, err := build(t, text); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// What is wrong is told without repeating what may be a secret.
func TestNoErrorHasASecret(t *testing.T) {
	const patch = "- {op: replace, path: /spec/interval, value: 1h}\n"
	for _, edit := range [][2]string{
		{"{web: {replicas: 2}}", "{adminPassword: hush-hush}"},
		{"{web: {replicas: 2}}", "{web: {adminPassword: !!int hush-hush}}"},
		{"{web: {replicas: 2}}", "{web: {adminPassword: 'hush-hush}}"},
		{`{SIZE: "5"}`, "hush-hush"},
		{`{SIZE: "5"}`, "{PASSWORD: [hush-hush]}"},
		{patch, "hush-hush: : [\n"},
		{patch, "[hush-hush]\n"},
		{patch, "spec: {values: {adminPassword: hush-hush}}\n"},
		{patch, "spec: [hush-hush]\n"},
		{patch, "- {op: test, path: /spec/interval, value: hush-hush}\n"},
		{patch, "- {op: add, path: /spec/none/adminPassword, value: hush-hush}\n"},
		{"{oci: \"oci://", "{oci: \"oci://user:hush-hush@"},
		{"source: flux-system}", "url: 'https://user:hush-hush@example.com/r'}"},
	} {
		text := strings.Replace(threeClusters, edit[0], edit[1], 1)
		if text == threeClusters {
			t.Fatalf("%q is not replaced", edit[0])
		}
		if _, err := build(t, text); err == nil || strings.Contains(err.Error(), "hush-hush") {
			t.Errorf("%s: %v", edit[1], err)
		}
	}
}

func fiveHundred() string {
	var b strings.Builder
	b.WriteString(threeClusters)
	for i := range 497 {
		fmt.Fprintf(&b, "  edge-%d: {group: production, values: {web: {replicas: %d}}}\n", i, i)
	}
	return b.String()
}

func TestFiveHundredClusters(t *testing.T) {
	m, err := build(t, fiveHundred())
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Clusters) != 500 || m.Files.Len() != 1001 {
		t.Errorf("%d clusters, %d files", len(m.Clusters), m.Files.Len())
	}
}

func BenchmarkFiveHundredClusters(b *testing.B) {
	bundles := map[string]*rollout.Rollout{"old": made(b, "1.0.0"), "new": made(b, "2.0.0")}
	text := []byte(fiveHundred())
	for b.Loop() {
		f, err := fleet.Parse(text)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.Make(context.Background(), bundles, nil); err != nil {
			b.Fatal(err)
		}
	}
}
