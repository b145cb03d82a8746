package aicr_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
)

func TestHazard06_BrokenValuesFilesStopTheRun(t *testing.T) {
	recipe := map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "  valuesFile: components/app/v.yaml\n")}
	for name, c := range map[string]struct {
		files map[string]string
		code  errors.ErrorCode
		want  string
	}{
		"missing":       {nil, errors.ErrCodeNotFound, `component "app": values file: "components/app/v.yaml" is in none of the data directories: `},
		"syntax":        {map[string]string{"components/app/v.yaml": "a: 1\nb: ["}, errors.ErrCodeInvalidRequest, `line 2: did not find expected node content; check the syntax there`},
		"a list":        {map[string]string{"components/app/v.yaml": "- a"}, errors.ErrCodeInvalidRequest, "line 1: the document is a list, where a map of values is needed"},
		"duplicate":     {map[string]string{"components/app/v.yaml": "a: 1\na: 2"}, errors.ErrCodeInvalidRequest, `line 2: the key "a" appears twice in one map`},
		"two documents": {map[string]string{"components/app/v.yaml": "a: 1\n---\na: 2"}, errors.ErrCodeInvalidRequest, "line 3: a second document begins here"},
		"broken common": {map[string]string{"components/app/v.yaml": "a: 1", "components/app/values.yaml": "- x"}, errors.ErrCodeInvalidRequest, `values file "components/app/values.yaml" in `},
		"a directory":   {map[string]string{"components/app/v.yaml/x": ""}, errors.ErrCodeInvalidRequest, "is not a regular file"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, options(tree(t, with(recipe, c.files))), c.code, `component "app": values file`, c.want)
		})
	}
	for path, want := range map[string]string{
		"../v.yaml": `"../v.yaml" leads out of the data root; remove the ".."`, "/etc/passwd": `"/etc/passwd" is an absolute path; name a file relative to a data root`,
	} {
		dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "  valuesFile: "+path+"\n") + chartOf("b", "  chart: b\n  manifestFiles: ["+path+"]\n")})
		refused(t, options(dir), errors.ErrCodeInvalidRequest, `component "app": values file: `+want, `component "b": manifest: `+want)
	}
}

func TestHazard08_VersionsOnTheCommandLineStayText(t *testing.T) {
	o := options(tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "")}))
	o.Set = set("app:driver.version=570.10")
	bundle(t, o)
	if text := contents(t, o.Output)["app/helmrelease.yaml"]; !strings.Contains(text, `version: "570.10"`) {
		t.Errorf("the HelmRelease is\n%s", text)
	}
}

func TestHazard10_TheSwitchIsNoValue(t *testing.T) {
	for _, overrides := range []string{"{enabled: true}", "{enabled: on, other: 1}"} {
		o := options(tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "  overrides: "+overrides+"\n")}))
		o.Set = set("app:enabled=true")
		bundle(t, o)
		if text := contents(t, o.Output)["app/helmrelease.yaml"]; strings.Contains(text, "enabled:") {
			t.Errorf("the switch leaks:\n%s", text)
		}
	}
}

func TestHazard12_UnknownComponentsAreRefusedWithASuggestion(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("gpu-operator", "") + chartOf("nfd", ""), "f": ""})
	for field, o := range map[string]aicr.BundleOptions{
		"`Set`": {Set: set("gpu-opertor:a=1")}, "`SetJSON`": {SetJSON: setJSON("gpu-opertor:a=1")}, "`SetFile`": {SetFile: setText("gpu-opertor:a=" + dir + "/f")},
		"`DynamicValues`": {DynamicValues: dynamic("gpu-opertor:a")}, "--set-string": {Set: []aicr.Assignment{{Component: "gpu-opertor", Path: "a", From: "--set-string"}}},
	} {
		o.Recipe, o.Output = filepath.Join(dir, "recipe.yaml"), filepath.Join(dir, "out")
		refused(t, o, errors.ErrCodeInvalidRequest, field+` gpu-opertor:a: "gpu-opertor" is no component of the recipe; did you mean "gpu-operator"?`)
	}
}

func TestHazard16_OverlappingFlagsFollowTheirOrder(t *testing.T) {
	o := options(tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "")}))
	for want, sets := range map[string][]string{
		"{a: {b: 1}}":       {"app:a=text", "app:a.b=1"},
		"{a: text}":         {"app:a.b=1", "app:a=text"},
		"{a: {b: {c: 2}}}":  {"app:a.b=1", "app:a.b.c=2"},
		"{a: {b: 3, d: 1}}": {"app:a.d=1", "app:a.b.c=2", "app:a.b=3"},
	} {
		for range 20 {
			o.Set = set(sets...)
			g, _ := resolve(t, o)
			same(t, want, g.Values["app"])
		}
	}
}

func TestHazard18_ValuesThatLookLikeSecretsWarn(t *testing.T) {
	o := options(tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "  overrides: {auth: {adminPassword: hush, existingSecret: name}}\n")}))
	warnings := strings.Join(bundle(t, o).Warnings, "\n")
	if !strings.Contains(warnings, `"app"`) || !strings.Contains(warnings, "auth.adminPassword") || strings.Contains(warnings, "existingSecret") || strings.Contains(warnings, "hush") {
		t.Errorf("warnings:\n%s", warnings)
	}
}

// TestHazard41_TheReadmeSaysWhatWasGenerated in either mode.
func TestHazard41_TheReadmeSaysWhatWasGenerated(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "  chart: app\n  manifestFiles: [m.yaml]\n"), "m.yaml": "kind: ConfigMap"})
	for name, c := range map[string]struct {
		o        deployer.Options
		has, not []string
	}{
		"git": {
			deployer.Options{RepoURL: "https://git.example.com/org/repo.git", RepoPath: "clusters/a", TargetRevision: "prod"},
			[]string{"https://git.example.com/org/repo.git", "./clusters/a", "prod", "app-post"},
			[]string{"OCIRepository", "source-watcher", "YOUR_ORG"},
		},
		"existing git": {deployer.Options{GitSourceName: "fleet"}, []string{"fleet"}, []string{"OCIRepository", "YOUR_ORG"}},
		"placeholder":  {deployer.Options{}, []string{"YOUR_ORG"}, []string{"OCIRepository"}},
		"oci":          {deployer.Options{OCISourceName: "my-bundle", Namespace: "gitops"}, []string{"OCIRepository", "my-bundle", "source-watcher", "ExternalArtifact=true", "gitops"}, []string{"GitRepository", "YOUR_ORG", "flux-system"}},
		"no checksums": {deployer.Options{NoChecksums: true}, nil, []string{"checksums.txt"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := aicr.BundleOptions{Options: c.o}
			o.Recipe, o.Output = filepath.Join(dir, "recipe.yaml"), filepath.Join(t.TempDir(), "out")
			bundle(t, o)
			readme := contents(t, o.Output)["README.md"]
			for _, text := range c.has {
				if !strings.Contains(readme, text) {
					t.Errorf("the README does not say %q", text)
				}
			}
			for _, text := range c.not {
				if strings.Contains(readme, text) {
					t.Errorf("the README says %q", text)
				}
			}
			if t.Failed() {
				t.Log(readme)
			}
		})
	}
}

func TestHazard43_TheSourceNameSelectsOCIAndRefusesWhatIsAboutGit(t *testing.T) {
	dir := tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("app", "  chart: app\n  manifestFiles: [m.yaml]\n"), "m.yaml": "kind: ConfigMap"})
	o := options(dir)
	o.OCISourceName = "mine"
	bundle(t, o)
	files := contents(t, o.Output)
	if text := files["app-post/artifactgenerator.yaml"]; !strings.Contains(text, "mine") {
		t.Errorf("the ArtifactGenerator is %q", text)
	}
	for name, text := range files {
		if strings.HasSuffix(name, ".yaml") && strings.Contains(text, "kind: GitRepository") {
			t.Errorf("%s has a GitRepository", name)
		}
	}
	o.Output = filepath.Join(dir, "none")
	for field, given := range map[string]deployer.Options{"RepoURL": {RepoURL: "https://h/x"}, "RepoPath": {RepoPath: "p"}, "RepoSecret": {RepoSecret: "s"}, "GitSourceName": {GitSourceName: "g"}, "TargetRevision": {TargetRevision: "b"}} {
		o.Options = given
		o.OCISourceName = "mine"
		refused(t, o, errors.ErrCodeInvalidRequest, "`"+field+"` has no meaning in OCI mode (an oci:// output, or `OCISourceName`), where nothing comes from Git; remove one of them")
	}
	o.Options = deployer.Options{OCISourceName: "mine", RepoURL: "https://h/x", RepoPath: "p", RepoSecret: "s", GitSourceName: "g", TargetRevision: "b"}
	refused(t, o, errors.ErrCodeInvalidRequest, "5 problems:")
}

func TestHazard44_OnlyWhatTheRecipeRefersToIsRead(t *testing.T) {
	dir := tree(t, map[string]string{
		"recipe.yaml": "componentRefs:\n" + chartOf("app", "  valuesFile: v.yaml\n  chart: app\n  manifestFiles: [m.yaml]\n"), "v.yaml": "a: 1", "m.yaml": "kind: ConfigMap",
		".env": "TOKEN=hush", ".git/config": "hush", "other.yaml": "hush", "components/app/more.yaml": "hush", "components/other/values.yaml": "hush",
	})
	o := options(dir)
	o.Data, o.Output = []string{dir}, filepath.Join(t.TempDir(), "out")
	bundle(t, o)
	for name, text := range contents(t, o.Output) {
		if strings.Contains(text, "hush") || strings.Contains(name, ".env") || strings.Contains(name, ".git/") {
			t.Errorf("%s comes from a file that the recipe does not refer to", name)
		}
	}
}
