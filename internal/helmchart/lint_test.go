package helmchart

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
	{"a kind that is none", chartYAML, map[string]string{"crds/a.yml": strings.ReplaceAll(crdText, "Definition", "")}, "crds/a.yml", "this is a CustomResource of apiextensions.k8s.io"},
	{"a template in crds/", chartYAML, map[string]string{"crds/_a.yaml": "{{ if .Values.a }}\n" + crdText + "{{ end }}"}, "crds/_a.yaml", "not YAML"},
	{"a file instead of a directory", chartYAML, map[string]string{"crds": crdText}, "crds", "is a file"},
	{"no object in crds/", chartYAML, map[string]string{"crds/a.json": `["a"]`}, "crds/a.json", "not an object"},
	{"a CRD that is none, inside", chartYAML + "dependencies: [{name: d, version: 1.0.0}]\n", map[string]string{
		"charts/d/Chart.yaml": chartNamed("d"), "charts/d/crds/a.yaml": "apiVersion: v1\nkind: ConfigMap", "crds/b.yaml": crdText,
	}, "charts/d/crds/a.yaml", "ConfigMap"},
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
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "helm.sh/helm/v4").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	compared, complained := 0, 0
	helm := os.DirFS(strings.TrimSpace(string(out)))
	err = fs.WalkDir(helm, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || path.Base(file) != "Chart.yaml" {
			return err
		}
		if c, err := FromDir(helm, path.Dir(file)); err == nil {
			compared++
			complained += len(sameVerdict(t, c, path.Dir(file)))
		}
		return nil
	})
	if err != nil || compared < 50 || complained < 10 {
		t.Errorf("only %d charts of Helm are compared, with %d complaints: %v", compared, complained, err)
	}
}

// FuzzLint: whatever Chart.yaml Helm loads, the verdict is that of its rules.
func FuzzLint(f *testing.F) {
	for _, test := range lintCases {
		f.Add(test.chart)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := FromFiles(map[string][]byte{"Chart.yaml": []byte(text)}); err == nil {
			sameVerdict(t, c, text)
		}
	})
}

// sameVerdict returns the files that Helm's rules complain of, which must be those that Lint does.
func sameVerdict(t *testing.T, c *Chart, name string) []string {
	t.Helper()
	ours := map[string]bool{}
	for _, m := range Lint(c) {
		ours[m.Path[max(0, strings.LastIndex("/"+m.Path, "/crds/")):]] = true
	}
	want, texts := helmLint(t, c)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(ours)), cmp.Transformer("", func(l []string) []string { return append([]string{}, l...) })); diff != "" {
		t.Errorf("%s: -helm +ours: %s\n%s\n%v", name, diff, strings.Join(texts, "\n"), Lint(c))
	}
	return want
}

// helmLint returns the files that helm lint complains of, and what it says; its rules read a directory. What Lint leaves
// out is left out. A CRD of a chart inside has no directory for Helm.
func helmLint(t *testing.T, c *Chart) (files, texts []string) {
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
	rules.Crds(&linter)
	for _, m := range linter.Messages {
		text := m.Err.Error()
		if m.Severity == support.InfoSev || strings.Contains(text, "for maintainer '") || strings.HasPrefix(text, "chart directory is missing") {
			continue
		}
		file := strings.Trim(strings.TrimPrefix(m.Path, dir), "/")
		if file == "" {
			file = "Chart.yaml"
		}
		files, texts = append(files, file), append(texts, m.Path+": "+text)
	}
	slices.Sort(files)
	return slices.Compact(files), texts
}
