package helmchart

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/lint/rules"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
)

const crdText = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\n"

// lintCases are charts by what is wrong with them: a Chart.yaml, and what else the chart has, by path.
var lintCases = []struct {
	name, chart string
	files       map[string]string
	path, says  string
}{
	{"nothing", chartYAML, nil, "", ""},
	{
		"everything in order", chartYAML + "appVersion: \"1.10\"\nicon: https://example.com/a.png\nsources: [https://example.com/a]\n" +
			"maintainers: [{name: a, email: a@example.com, url: https://example.com}]\ntype: library\ndependencies: [{name: d, version: 1.x.x, repository: \"\"}]\n",
		map[string]string{"crds/a.yaml": "# two\n" + crdText + "---\n" + crdText, "crds/README.md": "text", "charts/d/Chart.yaml": chartNamed("d"), "values.yaml": "a: 1"},
		"", "",
	},
	{"an unknown field", chartYAML + "unknown: x\n", nil, "Chart.yaml", `unknown field "unknown"`},
	{"a field twice", chartYAML + "name: c\n", nil, "Chart.yaml", `"name" already set`},
	{"a number for an appVersion", chartYAML + "appVersion: 1.10\n", nil, "Chart.yaml", "reads it as 1.1; put it in quotes"},
	{"null for an appVersion", chartYAML + "appVersion:\n", nil, "Chart.yaml", "appVersion is no text"},
	{"a number for a version", "apiVersion: v2\nname: c\nversion: 1\n", nil, "Chart.yaml", "version is no text"},
	{"a short version", "apiVersion: v2\nname: c\nversion: v1.0\n", nil, "Chart.yaml", `"v1.0" is no full SemVer`},
	{"the lowest version", "apiVersion: v2\nname: c\nversion: 0.0.0-0+a\n", nil, "Chart.yaml", "the lowest"},
	{"the version after it", "apiVersion: v2\nname: c\nversion: 0.0.0-1\n", nil, "", ""},
	{"an unknown apiVersion", "apiVersion: v3\nname: c\nversion: 1.0.0\n", nil, "Chart.yaml", `"v3" is neither v1 nor v2`},
	{"a type in a chart of v1", "apiVersion: v1\nname: c\nversion: 1.0.0\ntype: application\n", nil, "Chart.yaml", "type is for charts of apiVersion v2"},
	{
		"dependencies in a chart of v1", "apiVersion: v1\nname: c\nversion: 1.0.0\ndependencies: [{name: d, version: 1.0.0}]\n",
		map[string]string{"charts/d/Chart.yaml": chartNamed("d")},
		"Chart.yaml", "dependencies are for charts of apiVersion v2",
	},
	{
		"requirements of v1", "apiVersion: v1\nname: c\nversion: 1.0.0\n",
		map[string]string{"requirements.yaml": "dependencies: [{name: d, version: 1.0.0}]", "charts/d/Chart.yaml": chartNamed("d")},
		"", "",
	},
	{"a maintainer without a name", chartYAML + "maintainers: [{email: a@example.com}]\n", nil, "Chart.yaml", "no name"},
	{"a source that is no URL", chartYAML + "sources: [example.com/a]\n", nil, "Chart.yaml", `"example.com/a", which is no absolute URL`},
	{"an empty source", chartYAML + "sources: ['']\n", nil, "Chart.yaml", "no absolute URL"},
	{"an icon that is no URL", chartYAML + "icon: /a.png\n", nil, "Chart.yaml", "no absolute URL"},
	{"a chart that nobody named", chartYAML, map[string]string{"charts/d/Chart.yaml": chartNamed("d"), "charts/_e/Chart.yaml": chartNamed("e")}, "Chart.yaml", `the chart "d", which`},
	{"an object in crds/", chartYAML, map[string]string{"crds/a.yaml": crdText + "---\napiVersion: v1\nkind: ConfigMap"}, "crds/a.yaml", "this is a ConfigMap of v1"},
	{"a kind that is none", chartYAML, map[string]string{"crds/a/crds/a.yml": strings.ReplaceAll(crdText, "Definition", "")}, "crds/a/crds/a.yml", "this is a CustomResource of apiextensions.k8s.io/v1"},
	{"metadata of another type", chartYAML, map[string]string{"crds/a.JSON": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: [a]}"}, "crds/a.JSON", "another type"},
	{"objects of JSON", chartYAML, map[string]string{"crds/a.json": `{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}` + "\n" + `{"apiVersion": "v1", "kind": "ConfigMap"}`}, "crds/a.json", "a ConfigMap of v1"},
	{"an indented CRD", chartYAML, map[string]string{"crds/a.yaml": "  " + strings.ReplaceAll(crdText, "\n", "\n  ")}, "", ""},
	{"a file instead of a directory", chartYAML, map[string]string{"crds": crdText}, "crds", "is a file"},
	{
		"a CRD that is none, inside", chartYAML + "dependencies: [{name: d, version: 1.0.0}]\n",
		map[string]string{"charts/x/Chart.yaml": chartNamed("d"), "charts/x/crds/a.yaml": "apiVersion: v1\nkind: ConfigMap", "charts/_y/crds/a.yaml": "kind: x"},
		"charts/x/crds/a.yaml", "ConfigMap",
	},
	{"no maintainer", "apiVersion: v1\nname: c\nversion: 1.0.0\nmaintainers: [null]\n", map[string]string{"requirements.yaml": "maintainers: []"}, "Chart.yaml", "a maintainer has no name"},
	{"another name", "apiVersion: v1\nname: a/b\nversion: 1.0.0\n", map[string]string{"requirements.yaml": "name: c"}, "Chart.yaml", `name "a/b" is none`},
}

func chartNamed(name string) string { return "apiVersion: v2\nname: " + name + "\nversion: 1.0.0\n" }

func TestLint(t *testing.T) {
	for _, test := range lintCases {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{"Chart.yaml": test.chart}
			maps.Copy(files, test.files)
			c := chartOf(t, files)
			got := Lint(c)
			said := func(m Message) bool { return m.Path == test.path && strings.Contains(m.Text, test.says) }
			if test.says == "" && len(got) > 0 || test.says != "" && !slices.ContainsFunc(got, said) {
				t.Errorf("got %v, want %q of %q", got, test.says, test.path)
			}
			sameVerdict(t, c, test.name)
		})
	}
}

// TestLintsAsHelmDoes holds the verdict on every chart that Helm tests itself with against that of Helm's own rules.
func TestLintsAsHelmDoes(t *testing.T) {
	compared, complained := 0, 0
	eachOfHelm(t, func(c *Chart, name string) {
		compared++
		complained += len(sameVerdict(t, c, name))
	})
	if compared < 50 || complained < 10 {
		t.Errorf("only %d charts of Helm are compared, with %d complaints", compared, complained)
	}
}

// TestLintInsideArchives: what is wrong with a packed chart is said of the archive.
func TestLintInsideArchives(t *testing.T) {
	third := pack(t, "d/Chart.yaml", chartNamed("d"), "d/crds/x.yaml", "apiVersion: v1\nkind: X")
	second := pack(t, "b/Chart.yaml", chartNamed("b")+"dependencies: [{name: d, version: 1.0.0}]\n", "b/charts/d-1.0.0.tgz", string(third), "b/crds/y.yaml", "apiVersion: v1\nkind: Z")
	c, err := FromArchive(pack(t, "c/Chart.yaml", chartYAML+"dependencies: [{name: b, version: 1.0.0}]\n", "c/charts/b-1.0.0.tgz", string(second)))
	if err != nil {
		t.Fatal(err)
	}
	const says = ": crds/ is for CustomResourceDefinitions, and this is a "
	want := []Message{{"charts/b-1.0.0.tgz", "charts/d-1.0.0.tgz/crds/x.yaml" + says + "X of v1"}, {"charts/b-1.0.0.tgz", "crds/y.yaml" + says + "Z of v1"}}
	if diff := cmp.Diff(want, Lint(c)); diff != "" {
		t.Error(diff)
	}
}

// FuzzLint: whatever Chart.yaml and whatever CRD Helm loads, the verdict is that of its rules.
func FuzzLint(f *testing.F) {
	for _, test := range lintCases {
		f.Add(test.chart, test.files["requirements.yaml"], test.files["crds/a.yaml"])
	}
	for _, crd := range []string{"---\n" + crdText + "---\n", "{}", "#00", "# a\n...\n", "\ufeff" + crdText, "a: &a b\n<<: *a", "%YAML 1.1\n---\n" + crdText, strings.ReplaceAll(crdText, "\n", "\r\n")} {
		f.Add(chartYAML, "", crd)
	}
	f.Fuzz(func(t *testing.T, chart, requirements, crd string) {
		files := map[string][]byte{"Chart.yaml": []byte(chart), "crds/a.yaml": []byte(crd)}
		if requirements != "" {
			files["requirements.yaml"] = []byte(requirements)
		}
		if c, err := FromFiles(files); err == nil {
			sameVerdict(t, c, fmt.Sprintf("%q, %q, %q", chart, requirements, crd))
		}
	})
}

// sameVerdict returns the files that Helm's rules complain of. Lint, or for a CRD that is no object Render, must do the
// same; of files that Helm does not look at it may say more.
func sameVerdict(t *testing.T, c *Chart, name string) []string {
	t.Helper()
	want, texts, stopped := helmLint(t, c)
	ours := map[string]bool{}
	for _, m := range Lint(c) {
		if inside := strings.Contains(m.Path, "charts/"); !inside {
			ours[m.Path] = true
		}
	}
	for _, crd := range c.crds(t) {
		if _, err := crdManifests([]chartv2.CRD{crd}); err != nil {
			ours[crd.Name] = true
		}
	}
	got := slices.Sorted(maps.Keys(ours))
	if same := slices.Equal(got, want) || stopped && contains(got, want); !same {
		t.Errorf("%s:\nHelm complains of %q, Lint of %q\n%s\n%v", name, want, got, strings.Join(texts, "\n"), Lint(c))
	}
	return want
}

func contains(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// crds are those that Helm's rules look at, but for those of charts inside.
func (c *Chart) crds(t *testing.T) []chartv2.CRD {
	t.Helper()
	loaded, err := c.load()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(loaded.CRDObjects(), func(crd chartv2.CRD) bool { return crd.Filename != path.Join(loaded.Name(), crd.Name) })
}

// helmLint returns the files that helm lint complains of, what it says, and whether it stopped at a CRD; its rules read a
// directory. What Lint leaves out is left out, and so are charts inside.
func helmLint(t *testing.T, c *Chart) (files, texts []string, stopped bool) {
	t.Helper()
	dir := t.TempDir()
	for _, file := range c.files {
		name := filepath.Join(dir, filepath.FromSlash(file.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, file.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	linter := support.Linter{ChartDir: dir}
	rules.Chartfile(&linter)
	rules.ValuesWithOverrides(&linter, nil, true)
	rules.Dependencies(&linter)
	if err := os.RemoveAll(filepath.Join(dir, "charts")); err != nil {
		t.Fatal(err)
	}
	rules.Crds(&linter)
	for _, m := range linter.Messages {
		text := m.Err.Error()
		if m.Severity == support.InfoSev || strings.HasPrefix(text, "invalid email '") || strings.HasPrefix(text, "chart directory is missing") ||
			strings.HasPrefix(text, "invalid url '") {
			continue
		}
		file := strings.Trim(strings.TrimPrefix(m.Path, dir), "/")
		if file == "" {
			file = "Chart.yaml"
		}
		stopped = stopped || strings.HasPrefix(file, "crds/") && strings.HasPrefix(text, "unable to parse YAML")
		files, texts = append(files, file), append(texts, m.Path+": "+text)
	}
	slices.Sort(files)
	return slices.Compact(files), texts, stopped
}
