package localformat_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/Masterminds/semver/v3"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

func TestTemplatesKeepTheirBaseNames(t *testing.T) {
	for _, c := range []struct{ files, want []string }{
		{[]string{"components/gpu/manifests/tuning.yaml"}, []string{"templates/tuning.yaml"}},
		{[]string{"a/x.yaml", "b/y.yaml"}, []string{"templates/x.yaml", "templates/y.yaml"}},
		{[]string{"a/x.yaml", "b/x.yaml", "c/y.yaml"}, []string{"templates/a/x.yaml", "templates/b/x.yaml", "templates/y.yaml"}},
		{[]string{"x.yaml", "a/x.yaml"}, []string{"templates/a/x.yaml", "templates/x.yaml"}},
		{[]string{"a/b/x.yaml", "c/b/x.yaml", "x.yaml"}, []string{"templates/a/b/x.yaml", "templates/c/b/x.yaml", "templates/x.yaml"}},
		{[]string{"a/X.yaml", "b/x.yaml"}, []string{"templates/a/X.yaml", "templates/b/x.yaml"}},
		{[]string{"/a/x.yaml", "b/x.yaml"}, []string{"templates/a/x.yaml", "templates/b/x.yaml"}},
	} {
		var files []string
		for _, f := range c.files {
			files = append(files, f, "a: b")
		}
		var got []string
		for _, f := range newChart(t, files...).Files {
			got = append(got, f.Path)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v are named %v, want %v", c.files, got, c.want)
		}
	}
}

// Two spellings of one path cannot be told apart: the bundle refuses them. What counts here is that
// naming them ends.
func TestTemplatesOfOnePathEnd(t *testing.T) {
	for _, other := range []string{"./a/x.yaml", "/a/x.yaml", "a//x.yaml", "A/x.yaml"} {
		if n := len(newChart(t, "a/x.yaml", "", other, "").Files); n != 2 {
			t.Errorf("%d files", n)
		}
	}
}

var label = regexp.MustCompile(`^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`)

func TestHazard19_VersionChangesWithEachPart(t *testing.T) {
	base := func() localformat.Manifests { return input("a/x.yaml", "a: b", "a/y.yaml", "c: d") }
	seen := map[string]string{}
	for name, change := range map[string]func(*localformat.Manifests){
		"nothing": func(*localformat.Manifests) {}, "the release": func(m *localformat.Manifests) { m.Release = "other" }, "a content": func(m *localformat.Manifests) { m.Files["a/x.yaml"] = []byte("a: c") },
		"an empty content": func(m *localformat.Manifests) { m.Files["a/x.yaml"] = nil },
		"a name":           func(m *localformat.Manifests) { m.Files["a/z.yaml"] = m.Files["a/x.yaml"]; delete(m.Files, "a/x.yaml") },
		"a file more":      func(m *localformat.Manifests) { m.Files["a/z.yaml"] = nil },
		"a file less":      func(m *localformat.Manifests) { delete(m.Files, "a/y.yaml") },
		"contents exchanged": func(m *localformat.Manifests) {
			m.Files["a/x.yaml"], m.Files["a/y.yaml"] = m.Files["a/y.yaml"], m.Files["a/x.yaml"]
		},
		"a moved boundary": func(m *localformat.Manifests) {
			m.Files["a/x.yaml"], m.Files["a/y.yaml"] = []byte("a: "), []byte("bc: d")
		},
	} {
		m := base()
		change(&m)
		c, err := localformat.NewManifestChart(m)
		if err != nil {
			t.Fatal(err)
		}
		if other, taken := seen[c.Version]; taken {
			t.Errorf("changing %s and %s give one version", name, other)
		}
		seen[c.Version] = name
		if _, err := semver.StrictNewVersion(c.Version); err != nil || !label.MatchString(c.Version) || !strings.HasPrefix(c.Version, "0.1.0-") {
			t.Errorf("version %q: %v", c.Version, err)
		}
	}
	// What is no part of the chart does not count: where the files were found, and the namespace,
	// which is the release's.
	m := base()
	m.Namespace, m.Files = "elsewhere", map[string][]byte{"b/x.yaml": []byte("a: b"), "c/y.yaml": []byte("c: d")}
	if c, err := localformat.NewManifestChart(m); err != nil || seen[c.Version] != "nothing" {
		t.Errorf("%v: the version follows more than the chart", err)
	}
	// Hashes of digits only, or with leading zeros, are valid too.
	for i := range 2000 {
		c := newChart(t, "x.yaml", strings.Repeat("a", i))
		if _, err := semver.StrictNewVersion(c.Version); err != nil {
			t.Fatal(c.Version, err)
		}
	}
}

func TestChartYAMLIsWhatHelmReads(t *testing.T) {
	for _, version := range []string{"", "1.10", "v1.2.3", "1e3", "null", "a: b", "a\nb", "{{ x }}", "# x", "é"} {
		m := input("x.yaml", "a: b")
		m.Release, m.AppVersion = "123", version
		c, err := localformat.NewManifestChart(m)
		if err != nil {
			t.Fatal(err)
		}
		text, err := c.ChartYAML()
		if err != nil {
			t.Fatal(err)
		}
		var got chart.Metadata
		if err := yaml.UnmarshalStrict(text, &got); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if got.APIVersion != "v2" || got.Type != "application" || got.Name != "123" || got.Version != c.Version || got.AppVersion != version {
			t.Errorf("%+v", got)
		}
		if err := got.Validate(); err != nil {
			t.Error(err)
		}
		want := map[string]string{"aicr.run/generated-by": "aicr", "aicr.run/component-version": version}
		if version == "" {
			delete(want, "aicr.run/component-version")
		}
		if !maps.Equal(got.Annotations, want) {
			t.Errorf("annotations %v, want %v", got.Annotations, want)
		}
		if !strings.HasPrefix(string(text), "# ") {
			t.Errorf("the first line does not say where it comes from:\n%s", text)
		}
	}
	m := input("x.yaml", "a: b")
	m.AppVersion = "\xff"
	c, err := localformat.NewManifestChart(m)
	if err == nil {
		_, err = c.ChartYAML()
	}
	if errors.CodeOf(err) != errors.ErrCodeInvalidRequest {
		t.Errorf("%v", err)
	}
}

func TestNamespacesInManifests(t *testing.T) {
	type found map[string]bool // name → keep
	ns := func(name, more string) string {
		return "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: " + name + "\n" + more
	}
	const keep = "  annotations:\n    helm.sh/resource-policy: keep\n"
	for text, want := range map[string]found{
		"": {}, "kind: ConfigMap": {}, "kind: RoleBinding\nsubjects:\n- kind: Namespace\n  name: x\n": {}, "kind: NamespaceClass\nmetadata: {name: x}": {},
		"kind: ConfigMap\ndata:\n  x: |\n    kind: Namespace\n    metadata: {name: x}\n": {},
		"# kind: Namespace\nkind: ConfigMap":                                             {},
		ns("a", ""):                                                                      {"a": false},
		ns("a", keep):                                                                    {"a": true},
		ns("a", "  annotations: {helm.sh/resource-policy: delete}\n"):                    {"a": false},
		ns(`"a"`, ""):                                                                    {"a": false},
		`kind: "Namespace"` + "\nmetadata: {name: a}":                                    {"a": false},
		`{"kind":"Namespace","metadata":{"name":"a"}}`:                                   {"a": false},
		`{kind: Namespace, metadata: {name: a, annotations: {helm.sh/resource-policy: keep}}}`: {"a": true},
		"---\n" + ns("a", "") + "---\n" + ns("b", keep) + "---\nkind: ConfigMap\n":             {"a": false, "b": true},
		strings.ReplaceAll(ns("a", "")+"---\n"+ns("b", keep), "\n", "\r\n"):                    {"a": false, "b": true},
		"kind: List\nitems:\n- kind: Namespace\n  metadata: {name: a}\n- kind: ConfigMap\n":    {"a": false},
		ns("{{ .Release.Namespace }}", ""):                                                     {"gpu-system": false},
		ns("{{ $.Release.Namespace | quote }}", ""):                                            {"gpu-system": false},
		ns(`"{{- .Release.Name -}}"`, ""):                                                      {"gpu-pre": false},
		ns("{{ .Release.Namespace }}-x", ""):                                                   {"gpu-system-x": false},
		ns("{{ .Values.ns }}", keep):                                                           {"": true},
		ns("x-{{ .Values.ns }}", ""):                                                           {"": false},
		"{{- if .Values.x }}\n" + ns("a", "  {{- with .Values.y }}\n  labels:\n    {{- toYaml . | nindent 4 }}\n  {{- end }}\n") + "{{- end }}\n": {"a": false},
		"{{- /* a\nkind: Namespace\n*/}}\nkind: ConfigMap":                                                                   {},
		"{{ if .Values.x }}\n" + ns("a", "  labels:\n{{ if 1 }}\n    a: b\n{{ else }}\n    a: c\n{{ end }}\n") + "{{ end }}": {"a": false},
		"kind: Namespace\nmetadata:\n{{ if .Values.x }}\n  name: a\n{{ else }}\n  name: b\n{{ end }}\n":                      {"": false},
		"kind: Namespace\nmetadata:\n  name: a\n broken: [":                                                                  {"": false},
		"x: &n {kind: Namespace, metadata: {name: a}}\nkind: List\nitems: [*n]\n":                                            {"a": false},
	} {
		got := found{}
		for _, n := range newChart(t, "m.yaml", text).Namespaces {
			got[n.Name] = n.Keep
		}
		if !maps.Equal(got, want) {
			t.Errorf("found %v, want %v, in\n%s", got, want, text)
		}
	}
}

func TestWhetherAChartHasOnlyNamespaces(t *testing.T) {
	const ns, other = "kind: Namespace\nmetadata: {name: a}\n", "kind: ConfigMap\nmetadata: {name: a}\n"
	for _, c := range []struct {
		files []string
		want  bool
	}{
		{[]string{"a.yaml", ns}, true},
		{[]string{"a.yaml", ns, "b.yaml", ns + "---\n" + ns}, true},
		{[]string{"a.yaml", other}, false},
		{[]string{"a.yaml", ns, "b.yaml", other}, false},
		{[]string{"a.yaml", ns + "---\n" + other}, false},
		{[]string{"a.yaml", "kind: List\nitems:\n- " + strings.ReplaceAll(ns, "\n", "\n  ") + "\n- kind: X\n"}, false},
	} {
		if got := newChart(t, c.files...).OnlyNamespaces; got != c.want {
			t.Errorf("%q: only Namespaces: %t", c.files, got)
		}
	}
}

func TestLimitsAndNamesThatHelmOrFluxDrop(t *testing.T) {
	big := strings.Repeat("a", localformat.MaxChartFile+1)
	_, err := localformat.NewManifestChart(input("big.yaml", big, "x/.a.yaml", "", "NOTES.txt", ""))
	for _, word := range []string{"big.yaml", "5 MiB", "x/.a.yaml", "NOTES.txt"} {
		if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), word) {
			t.Errorf("%v, want %q", err, word)
		}
	}
	for file, want := range map[string]bool{
		"a/x.tar.gz": true, "x.zip": true, "a.png": true, "a.JPG": false, "x.zip/a.yaml": true, ".github/a": true, "codeship-steps.yml": true, ".git": true,
		"x.tgz": false, "a.yaml": false, ".helmignore": false, "x.jpgs": false, "checksums.txt": false, "README.md": false,
	} {
		if got := localformat.Dropped(file) != ""; got != want {
			t.Errorf("%s is dropped: %t", file, got)
		}
	}
}
