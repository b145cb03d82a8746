package aicr_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/config"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/test/corpus"
)

// warned asserts that the run warns of exactly these things.
func warned(t *testing.T, o aicr.BundleOptions, want ...string) {
	t.Helper()
	o.RepoURL = "https://github.com/org/repo.git"
	made, err := aicr.Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, made.Output.Warnings, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestHazard66_AValueKeepsItsKind has a row for each assignment that a component cannot mean.
func TestHazard66_AValueKeepsItsKind(t *testing.T) {
	dir := tree(t, map[string]string{
		"recipe.yaml": "componentRefs:\n" + chartOf("app", "  valuesFile: v.yaml\n  overrides: {ranges: [10.0.0.0/8], on: true, empty: [], gone: null}\n"),
		"v.yaml":      "image: {tag: 1}\nreplicas: 2\nranges: text\n", "text": "some text",
	})
	for text, want := range map[string]string{
		"app:ranges=10.0.0.0/8": "`Set` app:ranges: the value there is a list, and text would take its place; set it with `SetJSON`",
		"app:ranges=1":          "the value there is a list, and a number would take its place",
		"app:ranges=null":       "the value there is a list, and text would take its place",
		"app:ranges={a,b}":      "the value there is a list, and text would take its place",
		"app:empty=a":           "the value there is a list, and text would take its place",
		"app:image=false":       "the value there is a map, and a boolean would take its place; set it with `SetJSON`",
		"app:ranges.cidr=a":     "the value at \"ranges\" is a list, whose items no path can name; set the whole list with `SetJSON`",
		"app:on=no":             `the value there is a boolean, and "no" would be text; use true or false`,
		"app:on=True":           `the value there is a boolean, and "True" would be text; use true or false`,
		"app:new=true,b=1":      "what follows the comma would be part of the value; give each value an assignment of its own",
		"app:new=2,image.tag=1": "what follows the comma would be part of the value",
	} {
		o := options(dir)
		o.Set = set(text)
		refused(t, o, errors.ErrCodeInvalidRequest, `component "app": `, want)
	}
	for _, o := range []aicr.BundleOptions{{SetTextFile: setText("app:ranges=" + dir + "/text")}, {SetJSON: setJSON("app:ranges.cidr=[1]")}} {
		o.Recipe, o.Output = filepath.Join(dir, "recipe.yaml"), filepath.Join(dir, "out")
		refused(t, o, errors.ErrCodeInvalidRequest, "is a list")
	}

	const looks = "`Set` app:new: the value is text, although it looks like a list or a map; for those use `SetJSON`, for text `Assignment.Verbatim`"
	for text, want := range map[string][]string{
		"app:new={a,b}":                 {looks},
		"app:new={}":                    {looks},
		"app:new=[a,b]":                 {looks},
		`app:new={"a": 1}`:              {looks},
		"app:new=null":                  {"`Set` app:new: the value is the text null, which removes nothing; to remove the value use `SetJSON`, for the text `Assignment.Verbatim`"},
		"app:new=nginx,tag=1":           {"`Set` app:new: what follows the comma is part of the value; if it is meant as another value, give it an assignment of its own"},
		"app:new={{ .Values.image }}":   nil,
		"app:new=app=web,tier=front":    nil,
		"app:new=A=true,B=false":        nil,
		"app:new=no":                    nil,
		"app:new=a,b":                   nil,
		"app:new=true,false":            nil,
		"app:on=false":                  nil,
		"app:on=auto":                   nil,
		"app:replicas=two":              nil,
		"app:gone=a":                    nil,
		"app:image.tag=2":               nil,
		"app:replicas.of=2":             nil,
		"app:new=[::]:80":               nil,
		"app:new=https://h/?a=b,c&d=e=": nil,
	} {
		o := options(dir)
		o.Set = set(text)
		warned(t, o, want...)
		o.Set[0].Verbatim = true
		warned(t, o)
	}
	o := options(dir)
	o.SetJSON = setJSON(`app:ranges="text"`, "app:image=null", "app:on=1", `app:new="{a,b}"`)
	o.Set = []aicr.Assignment{{Component: "app", Path: "empty", Value: []string{"a"}}, {Component: "app", Path: "m", Value: map[string]any{"a": 1}}, {Component: "app", Path: "ranges"}}
	warned(t, o)
	o = options(dir)
	o.Set = []aicr.Assignment{{Component: "app", Path: "on", Value: "no", Verbatim: true}}
	warned(t, o)
	o.Set[0].Path = "ranges"
	refused(t, o, errors.ErrCodeInvalidRequest, "the value there is a list, and text would take its place")
}

// TestHazard66_CasesOfTheField are inputs that went wrong with another program.
func TestHazard66_CasesOfTheField(t *testing.T) {
	root := filepath.Join(corpus.Root(), "..", "cases")
	if _, err := os.Stat(filepath.Join(root, "19-set-over-list")); corpus.Root() == "" || err != nil {
		t.Skip("cases: SKIPPED (there are none beside the corpus)")
	}
	o := aicr.BundleOptions{Recipe: filepath.Join(root, "19-set-over-list", "recipe.yaml"), Output: filepath.Join(t.TempDir(), "out")}
	for text, want := range map[string]string{"web:ranges=1.2.3.4/32": "a list", "web:tolerations=x": "a list", "web:m=null": "a map", "web:image=x": "a map"} {
		o.Set = set(text)
		refused(t, o, errors.ErrCodeInvalidRequest, "the value there is "+want)
	}
	o.Set = set("web:a={x,y}")
	warned(t, o, "`Set` web:a: the value is text, although it looks like a list or a map; for those use `SetJSON`, for text `Assignment.Verbatim`")
	o = aicr.BundleOptions{Recipe: filepath.Join(root, "20-no-storage-class", "recipe.yaml")}
	const at = "prometheus.prometheusSpec.storageSpec.volumeClaimTemplate.spec"
	warned(t, o, `component "kube-prometheus-stack": the volume claim at "`+at+"\" names no storage class, and without a default class in the cluster its pods stay pending; name one with `Set` kube-prometheus-stack:"+at+".storageClassName=NAME")
}

const scheduledApp = `components:
- name: app
  storageClassPaths: [pvc.class, deep.claim.class]
  nodeScheduling:
    system: {nodeSelectorPaths: [s], tolerationPaths: [t]}
    accelerated: {nodeSelectorPaths: [as], tolerationPaths: [at], taintStrPaths: [gate]}
    nodeCountPaths: [n]
  podScheduling: {workload: {workloadSelectorPaths: [w]}}
- {name: gke, gkeCriticalPriority: true}
`

func TestHazard66_SchedulingWithoutAPlaceIsSaid(t *testing.T) {
	dir := tree(t, map[string]string{
		"recipe.yaml":    "componentRefs:\n" + chartOf("app", "  overrides: {deep: {claim: {}}}\n") + chartOf("rest", ""),
		"gke.yaml":       "criteria: {service: gke}\ncomponentRefs:\n" + chartOf("gke", ""),
		"elsewhere.yaml": "criteria: {service: eks}\ncomponentRefs:\n" + chartOf("gke", ""), "registry.yaml": scheduledApp,
	})
	selector, tolerations := map[string]string{"a": "b"}, []aicr.Toleration{{Exists: true}}
	all := aicr.Scheduling{
		SystemNodeSelector: selector, AcceleratedNodeSelector: selector, WorkloadSelector: selector, SystemNodeTolerations: tolerations, AcceleratedNodeTolerations: tolerations,
		WorkloadGate: aicr.Taint{Key: "a", Effect: "NoSchedule"}, Nodes: 3, StorageClass: "fast",
	}
	var nowhere []string
	for _, field := range []string{"SystemNodeSelector", "SystemNodeTolerations", "AcceleratedNodeSelector", "AcceleratedNodeTolerations", "WorkloadSelector", "WorkloadGate", "Nodes", "StorageClass"} {
		nowhere = append(nowhere, "`"+field+"` has no effect: the registry has no place for it in any component of the recipe; where a chart reads it, set the value there with `Set`")
	}
	o := options(dir)
	o.Scheduling = all
	warned(t, o)
	o.Set = set("app:enabled=false")
	warned(t, o, nowhere...)
	o.Set, o.Recipe = nil, filepath.Join(dir, "elsewhere.yaml")
	warned(t, o, nowhere...)
	o.Scheduling = aicr.Scheduling{Nodes: 3}
	o.Recipe = filepath.Join(dir, "gke.yaml")
	warned(t, o)
}

func TestHazard66_AClaimHasAStorageClass(t *testing.T) {
	const warning = "component \"app\": the volume claim at \"deep.claim\" names no storage class, and without a default class in the cluster its pods stay pending; name one with `StorageClass` NAME"
	for name, c := range map[string]struct {
		overrides string
		options   aicr.BundleOptions
		want      []string
	}{
		"no claim":                     {"{}", aicr.BundleOptions{}, nil},
		"a claim that is off":          {"{deep: {claim: null}}", aicr.BundleOptions{}, nil},
		"a claim":                      {"{deep: {claim: {size: 1Gi}}}", aicr.BundleOptions{}, []string{warning}},
		"the class is null":            {"{deep: {claim: {class: null}}}", aicr.BundleOptions{}, []string{warning}},
		"none on purpose":              {`{deep: {claim: {class: ""}}}`, aicr.BundleOptions{}, nil},
		"the recipe's own":             {"{deep: {claim: {class: fast}}}", aicr.BundleOptions{}, nil},
		"one for all":                  {"{deep: {claim: {size: 1Gi}}}", aicr.BundleOptions{Scheduling: aicr.Scheduling{StorageClass: "fast"}}, nil},
		"one for this":                 {"{deep: {claim: {size: 1Gi}}}", aicr.BundleOptions{Set: set("app:deep.claim.class=fast")}, nil},
		"set in each cluster":          {"{deep: {claim: {size: 1Gi}}}", aicr.BundleOptions{DynamicValues: dynamic("app:deep.claim.class")}, nil},
		"and with what is around it":   {"{deep: {claim: {size: 1Gi}}}", aicr.BundleOptions{DynamicValues: dynamic("app:deep")}, nil},
		"what is beside it is no cure": {"{deep: {claim: {size: 1Gi}}}", aicr.BundleOptions{DynamicValues: dynamic("app:de")}, []string{warning}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "  overrides: "+c.overrides+"\n"), "registry.yaml": scheduledApp})
			c.options.Recipe = filepath.Join(dir, "recipe.yaml")
			warned(t, c.options, c.want...)
		})
	}
	o := options(tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", ""), "registry.yaml": scheduledApp}))
	for _, class := range []string{"Fast", "a b", "-a", "a/b", strings.Repeat("a", 254)} {
		o.Scheduling.StorageClass = class
		refused(t, o, errors.ErrCodeInvalidRequest, "`StorageClass` \""+class+"\" is not a name that Kubernetes accepts")
	}
}

// TestHazard66_PathsThatTheChartSpellsOtherwise asks the chart in the bundle.
func TestHazard66_PathsThatTheChartSpellsOtherwise(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "  overrides: {drivr: {old: 1}}\n")})
	chart := upstream{t, map[string]string{
		"Chart.yaml":               "apiVersion: v2\nname: NAME\nversion: VERSION\ndependencies:\n- {name: inside, version: 1.x.x}\n",
		"values.yaml":              "driver: {enabled: true, version: a, nodeSelector: {}, labels: {team: a}}\ntolerations: []\nreplicas: 1\n",
		"templates/a.yaml":         "# {{ .Values.driver.enabled }} {{ .Values.driver.version }} {{ toYaml .Values.driver.labels }} {{ .Values.replicas }} {{ .Values.undocumented }}\n",
		"charts/inside/Chart.yaml": "apiVersion: v2\nname: inside\nversion: 1.0.0\n", "charts/inside/values.yaml": "image: {tag: a}\n", "charts/inside/templates/a.yaml": "# {{ .Values.image.tag }}\n",
	}}
	says := func(at, text string) []string { return []string{at + ": " + text} }
	for name, c := range map[string]struct {
		options aicr.BundleOptions
		want    []string
	}{
		"nothing given":             {aicr.BundleOptions{}, nil},
		"known":                     {aicr.BundleOptions{Set: set("app:driver.enabled=false", "app:inside.image.tag=b", "app:undocumented=1")}, nil},
		"at the top":                {aicr.BundleOptions{Set: set("app:drivers.version=b")}, says("`Set` app:drivers.version", `chart app 1.0.0 knows no "drivers", so it has no effect; did you mean "driver"?`)},
		"below":                     {aicr.BundleOptions{Set: set("app:driver.verson=b")}, says("`Set` app:driver.verson", `chart app 1.0.0 knows no "verson" in "driver", so it has no effect; did you mean "version"?`)},
		"in a chart inside":         {aicr.BundleOptions{Set: set("app:inside.image.tga=b")}, says("`Set` app:inside.image.tga", `chart app 1.0.0 knows no "tga" in "inside.image", so it has no effect; did you mean "tag"?`)},
		"in JSON":                   {aicr.BundleOptions{SetJSON: setJSON(`app:driver={"enbled":true}`)}, says("`SetJSON` app:driver", `chart app 1.0.0 knows no "enbled" in "driver", so it has no effect; did you mean "enabled"?`)},
		"dynamic":                   {aicr.BundleOptions{DynamicValues: dynamic("app:driver.verson")}, says("`DynamicValues` app:driver.verson", `chart app 1.0.0 knows no "verson" in "driver", so it has no effect; did you mean "version"?`)},
		"secret":                    {aicr.BundleOptions{SecretValues: []aicr.SecretValue{{Component: "app", SecretValue: deployer.SecretValue{Path: "driver.verson", Secret: "s", Key: "k"}}}}, says("`SecretValues` app:driver.verson", `chart app 1.0.0 knows no "verson" in "driver", so it has no effect; did you mean "version"?`)},
		"nothing near":              {aicr.BundleOptions{Set: set("app:somethingElse=b")}, nil},
		"free keys":                 {aicr.BundleOptions{Set: set("app:driver.labels.taem=b", "app:driver.nodeSelector.gpu=b")}, nil},
		"yes where a boolean is":    {aicr.BundleOptions{Set: set("app:driver.enabled=yes")}, says("`Set` app:driver.enabled", `the default of chart app 1.0.0 is a boolean, and "yes" would be text; use true or false`)},
		"text where a list is":      {aicr.BundleOptions{Set: set("app:tolerations=a")}, says("`Set` app:tolerations", "the default of chart app 1.0.0 is a list, and text would take its place; set it with `SetJSON`")},
		"a template where a map is": {aicr.BundleOptions{Set: set("app:driver.nodeSelector={{ .Values.x }}")}, nil},
		"JSON where a list is":      {aicr.BundleOptions{SetJSON: setJSON("app:tolerations=[]")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.options
			o.Recipe, o.Puller, o.VendorCharts = filepath.Join(dir, "recipe.yaml"), chart, true
			warned(t, o, c.want...)
			o.VendorCharts = false
			warned(t, o) // the chart is not at hand
		})
	}
}

func TestHazard66_WhatSOPSEncryptedIsNoValue(t *testing.T) {
	encrypted := func(name string) string {
		data, err := os.ReadFile("../../internal/yamldoc/testdata/sops/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	const says = "is encrypted by SOPS, and only cipher text would reach the cluster; decrypt it first, and keep what is secret in a Secret of the cluster (`SecretValues`)"
	component := map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "  valuesFile: components/app/v.yaml\n  chart: app\n  manifestFiles: [m.yaml]\n"), "components/app/v.yaml": "a: 1", "m.yaml": "# m"}
	for file, data := range map[string]string{
		"components/app/v.yaml": encrypted("values.yaml"), "components/app/values.yaml": encrypted("values.json"), "m.yaml": encrypted("manifests.yaml"), "registry.yaml": encrypted("values.yaml"),
	} {
		refused(t, options(tree(t, with(component, map[string]string{file: data}))), errors.ErrCodeInvalidRequest, filepath.Base(file), says)
	}
	refused(t, options(tree(t, map[string]string{"recipe.yaml": encrypted("values.yaml")})), errors.ErrCodeInvalidRequest, "recipe.yaml: the document is encrypted by SOPS; decrypt it first")
	dir := tree(t, with(component, map[string]string{"file": encrypted("values.yaml")}))
	o := options(dir)
	o.SetFile = setText("app:config=" + dir + "/file")
	refused(t, o, errors.ErrCodeInvalidRequest, "file is encrypted by SOPS, and its values would be cipher text; decrypt it first")
	o.SetFile, o.SetTextFile = nil, o.SetFile
	warned(t, o, "`SetTextFile` app:config: the value is encrypted by SOPS, and only cipher text will reach the cluster; decrypt it first, and keep what is secret in a Secret of the cluster (`SecretValues`)")
}

func TestHazard66_AnOutputThatIsMeantAsSomethingElse(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "")})
	t.Chdir(dir)
	for output, want := range map[string]string{
		"-":                             "output - is standard output, and what is written is a directory of files; name a directory",
		"ghcr.io/org/bundle:v1":         `output "ghcr.io/org/bundle:v1": it looks like an artifact in a registry; for that write oci://ghcr.io/org/bundle:v1, and for a directory ./ghcr.io/org/bundle:v1`,
		"ghcr.io/org/bundle":            "write oci://ghcr.io/org/bundle,",
		"localhost:5000/bundle":         "write oci://localhost:5000/bundle,",
		"localhost/bundle":              "write oci://localhost/bundle,",
		"10.0.0.1:5000/bundle:v1":       "write oci://10.0.0.1:5000/bundle:v1,",
		"https://github.com/org/bundle": `the unknown scheme "https"`,
	} {
		refused(t, aicr.BundleOptions{Recipe: "recipe.yaml", Output: output}, errors.ErrCodeInvalidRequest, want)
		if _, err := aicr.Pull(t.Context(), aicr.PullOptions{Source: "oci://localhost:1/a:v1", Dir: output}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("pull: %v", err)
		}
		if _, err := aicr.Init(t.Context(), aicr.InitOptions{Dir: output}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("init: %v", err)
		}
	}
	if err := os.MkdirAll("quay.io/org", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, output := range []string{"./ghcr.io/org/bundle:v1", "bundles/a", "v1.2/bundle", "quay.io/org", ".out/ghcr.io", "../" + filepath.Base(dir) + "/up.d", "json"} {
		bundle(t, aicr.BundleOptions{Recipe: "recipe.yaml", Output: output})
	}
	_, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: "ghcr.io/org/other:v1"})
	if err == nil || !strings.Contains(err.Error(), "for that write oci://ghcr.io/org/other:v1") {
		t.Errorf("verify: %v", err)
	}
	_, err = aicr.Images(t.Context(), aicr.ImagesOptions{Source: "ghcr.io/org/other:v1"})
	if err == nil || !strings.Contains(err.Error(), "for that write oci://ghcr.io/org/other:v1") {
		t.Errorf("images: %v", err)
	}
	refused(t, aicr.BundleOptions{Recipe: "recipe.yaml", Output: "new", Publish: aicr.Publish{Sync: aicr.Sync{File: "-"}}}, errors.ErrCodeInvalidRequest,
		"`Sync` - is not a file; name one, such as /dev/stdout for standard output")
}

func TestHazard66_AnOCISourceIsWhereChartsLie(t *testing.T) {
	recipe := "componentRefs:\n- {name: app, namespace: app, version: 1.0.0, source: %, chart: app}\n"
	for source, want := range map[string][]string{
		"oci://ghcr.io/org/charts/app":   {`component "app": Flux will look for the chart at oci://ghcr.io/org/charts/app/app; if oci://ghcr.io/org/charts/app is the chart itself, its source is oci://ghcr.io/org/charts`},
		"oci://ghcr.io/app":              {`component "app": Flux will look for the chart at oci://ghcr.io/app/app; if oci://ghcr.io/app is the chart itself, its source is oci://ghcr.io`},
		"oci://ghcr.io/app/app":          nil, // an organization and a repository of that name
		"oci://ghcr.io/org/charts":       nil,
		"https://charts.example.com/app": nil,
		"oci://ghcr.io/known/app":        nil,
	} {
		dir := tree(t, map[string]string{"recipe.yaml": strings.Replace(recipe, "%", source, 1), "registry.yaml": "components:\n- {name: app, helm: {defaultRepository: 'oci://ghcr.io/known/app'}}\n"})
		o := aicr.BundleOptions{Recipe: filepath.Join(dir, "recipe.yaml")}
		warned(t, o, want...)
		o.RegistryRewrite = []string{"ghcr.io/known=mirror.example.com/app", "ghcr.io=mirror.example.com/app", "charts.example.com=mirror.example.com"}
		in, warnings := resolve(t, o)
		if i := strings.Index(strings.Join(warnings, "\n"), "Flux will look"); (i >= 0) != (want != nil) {
			t.Errorf("%s becomes %s: %q", source, in.Recipe.ComponentRefs[0].Source, warnings)
		}
		o.RegistryRewrite, o.Set = nil, set("app:enabled=false")
		if _, warnings, _ := aicr.Resolve(t.Context(), o); len(warnings) > 0 {
			t.Errorf("switched off: %q", warnings)
		}
	}
}

// TestHazard66_SettingsOfSourcesThatThereAreNot are of no use.
func TestHazard66_SettingsOfSourcesThatThereAreNot(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "")})
	o := options(dir)
	o.Options = deployer.Options{
		RepoSecret: "a", ChartRepoSecrets: map[string]string{"charts.example.com": "a"},
		Settings: deployer.Settings{HelmRepositoryInterval: config.DefaultInterval, ChartInterval: config.DefaultInterval, GitRepositoryInterval: config.DefaultInterval},
	}
	no := func(field, why string) string { return "`" + field + "` has no effect: " + why }
	git := []string{no("GitRepositoryInterval", "the bundle has no GitRepository"), no("RepoSecret", "the bundle has no GitRepository")}
	warned(t, o, git...)
	o.VendorCharts, o.Puller = true, everything(t)
	upstream := []string{no("HelmRepositoryInterval", "in the cluster no chart comes from a chart repository"), no("ChartRepoSecrets", "in the cluster no chart comes from a chart repository")}
	warned(t, o, upstream...)
	o.GitSourceName = "flux-system"
	refused(t, o, errors.ErrCodeInvalidRequest, "`GitRepositoryInterval` belongs to a GitRepository that is written, and `GitSourceName` names one that exists; remove one of them")
	o.GitSourceName, o.OCISourceName = "", "a"
	refused(t, o, errors.ErrCodeInvalidRequest, "`GitRepositoryInterval` has no meaning in OCI mode")
	o.RepoSecret, o.Settings.GitRepositoryInterval = "", 0
	made, err := aicr.Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(append(upstream, no("ChartInterval", "all charts come out of the artifact")), made.Output.Warnings); diff != "" {
		t.Error(diff)
	}
}

// TestHazard66_RealRecipesAreNotWarnedOf what they mean.
func TestHazard66_RealRecipesAreNotWarnedOf(t *testing.T) {
	for _, rec := range corpus.Recipes(t) {
		for class, untrue := range map[string][]string{"": {"has no effect", "Flux will look", "looks like"}, "fast": {"names no storage class"}} {
			_, warnings := resolve(t, aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}, Scheduling: aicr.Scheduling{StorageClass: class}})
			for _, warning := range warnings {
				if slices.ContainsFunc(untrue, func(text string) bool { return strings.Contains(warning, text) }) {
					t.Errorf("%s: %s", rec.Name, warning)
				}
			}
		}
	}
}
