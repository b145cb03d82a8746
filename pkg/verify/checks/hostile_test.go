package checks_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

// TestReportsAreSafeToPrint gives names, keys and files what a terminal or GitHub Actions would
// take for commands.
func TestReportsAreSafeToPrint(t *testing.T) {
	evil := []string{"a\n::error file=x::owned", "\x1b]0;title\x07", "\u009b31m", "x\r::add-mask::y", "\n  ::stop-commands::z", "##[add-mask]z", "\u202egnp.exe", "\x7f\u0085"}
	for _, text := range evil {
		bundle := load(t, "git")
		bundle["dir"+strings.ToValidUTF8(text, "?")+"/a.yaml"] = &fstest.MapFile{Data: []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n"), Mode: 0o644}
		quoted := fmt.Sprintf("%q", strings.ToValidUTF8(text, "?")) // a JSON string but for a few escapes
		quoted = strings.NewReplacer(`\x1b`, `\e`, `\a`, `\a`).Replace(quoted)
		bundle["gpu-operator/helmrelease.yaml"] = &fstest.MapFile{Mode: 0o644, Data: []byte(
			"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: " + quoted + ", namespace: " + quoted + "}\n" +
				"spec:\n  " + quoted + ": 1\n  dependsOn: [{name: " + quoted + "}]\n  chart: {spec: {chart: " + quoted + ", sourceRef: {kind: " + quoted + ", name: " + quoted + "}}}\n",
		)}
		bundle["more.yaml"] = &fstest.MapFile{Mode: 0o644, Data: []byte("apiVersion: " + quoted + "\nkind: " + quoted + "\nmetadata: {name: a, namespace: b}\n")}
		edit(listing, "resources:", "resources:\n- more.yaml\n- "+quoted)(t, bundle)
		report := verifyAll(t, bundle, verify.Options{})
		if len(report.Findings) < 3 || len(report.NotSeen) == 0 {
			t.Errorf("%q: the report says too little to prove anything:\n%s", text, list(report))
		}
		safe(t, report)
	}
}

// TestHostileFiles are bundles that are to stop a program that reads them.
func TestHostileFiles(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'j'; c++ {
		bomb += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	head := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n"
	deep := strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)
	for name, change := range map[string]func(*testing.T, fstest.MapFS){
		"alias bomb":                  add(configMap, head+bomb),
		"alias bomb in kustomization": add(listing, bomb),
		"alias bomb in values":        edit(configMap, "values.yaml: |", "b.yaml: |\n    "+strings.ReplaceAll(bomb, "\n", "\n    ")+"\n  values.yaml: |"),
		"alias bomb in chart values":  add("gpu-operator-pre/values.yaml", bomb),
		"alias bomb in Chart.yaml":    add(chartYAML, bomb+"name: x\nversion: 1.0.0\napiVersion: v2\n"),
		"alias of itself":             add(configMap, head+"data: &d {x: *d}\n"),
		"merge of itself":             add(configMap, head+"data: &d {<<: *d}\n"),
		"deep list":                   add(configMap, head+"data: "+deep+"\n"),
		"deep list in kustomization":  add(listing, "resources: "+deep+"\n"),
		"deep values":                 add("gpu-operator-pre/values.yaml", "a: "+deep+"\n"),
		"deep JSON schema":            add("gpu-operator-pre/values.schema.json", strings.Repeat(`{"not":`, 50_000)+"{}"+strings.Repeat("}", 50_000)),
		"schema of itself":            add("gpu-operator-pre/values.schema.json", `{"$ref": "#"}`),
		"schema of a URL":             add("gpu-operator-pre/values.schema.json", `{"$ref": "file:///etc/passwd"}`),
		"many documents":              add(configMap, strings.Repeat(head+"---\n", 20_000)),
		"kustomization of itself":     add(listing, "resources: [.]\n"),
		"cyclic kustomizations": all(add(listing, "resources: [a]\n"), add("a/kustomization.yaml", "resources: [../b]\n"),
			add("b/kustomization.yaml", "resources: [../a]\n")),
		"cyclic bases": all(add(listing, "bases: [a]\n"), add("a/kustomization.yaml", "bases: [../b]\nnamePrefix: x-\n"),
			add("b/kustomization.yaml", "bases: [../a]\n")),
		"cyclic components": all(add(listing, "components: [a]\n"),
			add("a/kustomization.yaml", "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\ncomponents: [../a]\n")),
		"ways out":    add(listing, "resources: [../x.yaml, ../../etc/passwd, /etc/passwd, a/../../b.yaml, '', ., .., './', 'a//b']\n"),
		"odd listing": add(listing, "resources: {a: b}\npatches: 3\nnamespace: [x]\nmetadata: x\n"),
		"no listing":  remove(listing),
		"no bytes":    add(listing, ""),
		"binary":      add(configMap, "\x00\xff\xfe\x00\x1b"),
		"UTF-16":      add(configMap, "\xff\xfea\x00:\x00 \x00b\x00"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bundle := load(t, "git")
			change(t, bundle)
			report := bounded(t, bundle, verify.Options{})
			safe(t, report)
			if len(report.Findings) == 0 && name != "alias bomb in values" && !strings.HasPrefix(name, "schema of") {
				t.Errorf("nothing is found:\n%s", list(report))
			}
		})
	}
}

// TestNoFileOutsideOfTheBundleIsRead follows links and paths that lead out of it.
func TestNoFileOutsideOfTheBundleIsRead(t *testing.T) {
	dir := t.TempDir()
	bundle := filepath.Join(dir, "bundle")
	if err := os.CopyFS(bundle, os.DirFS("testdata/git")); err != nil {
		t.Fatal(err)
	}
	const secret = "hunter22-outside"
	outside := filepath.Join(dir, "outside.yaml")
	write(t, outside, "apiVersion: v1\nkind: "+secret+"\nmetadata: {name: "+secret+"}\n")
	write(t, filepath.Join(dir, "tree", "templates", "x.yaml"), secret)
	for link, target := range map[string]string{
		"gpu-operator/configmap-values.yaml": outside, "gpu-operator-pre/templates/quota.yaml": "../../../outside.yaml",
		"gpu-operator-pre/charts": filepath.Join(dir, "tree"), "loop": "loop",
	} {
		name := filepath.Join(bundle, filepath.FromSlash(link))
		_ = os.Remove(name)
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(bundle, "kustomization.yaml"), "resources: [loop, ../outside.yaml, gpu-operator/configmap-values.yaml, gpu-operator-pre/helmrelease.yaml]\n"+
		"patches: [{path: ../outside.yaml}]\nconfigMapGenerator: [{name: x, files: [../outside.yaml, gpu-operator/configmap-values.yaml]}]\n")
	report := bounded(t, os.DirFS(bundle), verify.Options{})
	if strings.Contains(list(report), secret) {
		t.Errorf("the report tells of a file outside:\n%s", list(report))
	}
	if len(report.Findings) < 3 {
		t.Errorf("too little is found:\n%s", list(report))
	}
}

// TestNothingIsFetched gives kustomizations all that kustomize would fetch or run, with a git and a
// helm that tell of being called, and a proxy that tells of requests.
func TestNothingIsFetched(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = io.WriteString(w, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n")
	}))
	defer server.Close()
	dir := t.TempDir()
	called := filepath.Join(dir, "called")
	for _, program := range []string{"git", "helm", "docker", "plugin"} {
		script := "#!/bin/sh\necho " + program + " $* >> " + called + "\nexit 1\n"
		if err := os.WriteFile(filepath.Join(dir, program), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, name := range []string{"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, server.URL)
	}
	host := strings.TrimPrefix(server.URL, "http://")
	for _, k := range []string{
		"resources: [" + server.URL + "/a.yaml]",
		"resources: [https://" + host + "/a.yaml, HTTPS://" + host + "/b.yaml]",
		"resources: ['github.com/acme/base?ref=main']",
		"resources: ['git@github.com:acme/base']",
		"resources: ['github.com:acme/base//x']",
		"resources: ['git::https://" + host + "/x']",
		"resources: ['ssh://git@" + host + "/x']",
		"resources: ['file:///x/base']",
		"resources: ['" + host + "/x.git']",
		"resources: ['x/_git/y']",
		"resources: ['./github.com/acme/base']",
		"bases: ['github.com/acme/base']",
		"namePrefix: x\nbases: ['github.com/acme/base']",
		"namePrefix: x\ncomponents: ['github.com/acme/base']",
		"namePrefix: x\nresources: ['github.com/acme/base?ref=v1']",
		"namePrefix: x\nresources: [" + server.URL + "/a.yaml]",
		"patches: [{path: " + server.URL + "/a.yaml}]",
		"patchesStrategicMerge: [" + server.URL + "/a.yaml]",
		"patchesJson6902: [{path: " + server.URL + "/a.yaml, target: {kind: HelmRelease, version: v2, name: x}}]",
		"configMapGenerator: [{name: x, files: [" + server.URL + "/a.yaml]}]",
		"configMapGenerator: [{name: x, envs: [" + server.URL + "/a.env]}]",
		"secretGenerator: [{name: x, files: ['a=" + server.URL + "/a.yaml']}]",
		"openapi: {path: " + server.URL + "/schema.json}",
		"crds: [" + server.URL + "/crd.json]",
		"configurations: [" + server.URL + "/c.yaml]",
		"replacements: [{path: " + server.URL + "/r.yaml}]",
		"generators: ['github.com/acme/x', " + server.URL + "/g.yaml]",
		"transformers: ['github.com/acme/x']",
		"validators: ['github.com/acme/x']",
		"helmCharts: [{name: x, repo: '" + server.URL + "', version: 1.0.0, releaseName: x}]",
		"helmCharts: [{name: gpu-operator-pre, releaseName: x}]\nhelmGlobals: {chartHome: .}",
		"helmChartInflationGenerator: [{chartName: x, chartRepoUrl: '" + server.URL + "'}]",
		"generators: [plugin.yaml]",
		"resources: [sub]\nnamePrefix: x",
	} {
		bundle := load(t, "git")
		add(listing, k+"\n")(t, bundle)
		add("sub/kustomization.yaml", "resources: ["+server.URL+"/a.yaml, 'github.com/acme/base']\n")(t, bundle)
		add("plugin.yaml", "apiVersion: x/v1\nkind: Plugin\nmetadata: {name: x, annotations: {config.kubernetes.io/function: 'exec: {path: plugin}'}}\n")(t, bundle)
		for _, o := range []verify.Options{{}, {RepositoryPath: "clusters/a"}, {Quick: true}} {
			report := verifyAll(t, bundle, o) // in this process, whose environment a child does not have
			if n := asked.Swap(0); n > 0 {
				t.Errorf("%s\nasks the network %d times", k, n)
			}
			if calls, err := os.ReadFile(called); err == nil {
				t.Errorf("%s\nruns a program: %s", k, calls)
				_ = os.Remove(called)
			}
			if len(report.Findings)+len(report.NotSeen) == 0 {
				t.Errorf("%s\nnothing is said:\n%s", k, list(report))
			}
		}
	}
}

// TestLargeFilesAndManyFiles bounds time and memory where a bundle is large.
func TestLargeFilesAndManyFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("it writes 100,000 files")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/git")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"gpu-operator/configmap-values.yaml", "gpu-operator-pre/values.yaml", "gpu-operator-pre/charts/x-1.0.0.tgz", "large.bin", "large.yaml", "checksums.txt"} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		write(t, file, "")
		if err := os.Truncate(file, 200<<20); err != nil {
			t.Fatal(err)
		}
	}
	report := bounded(t, os.DirFS(dir), verify.Options{})
	if !report.Worst(verify.SeverityError) {
		t.Errorf("no error:\n%s", list(report))
	}

	const many = 100_000
	dir = t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/git")); err != nil {
		t.Fatal(err)
	}
	for i := range many {
		name := filepath.Join(dir, fmt.Sprintf("d%d", i%1000), fmt.Sprintf("f%d.txt", i))
		if i < 1000 {
			write(t, name, "")
		} else if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	passes(t, os.DirFS(dir), verify.Options{})
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// hostileTemplates are what templates can do to a program that renders them.
var hostileTemplates = []string{
	`{{ range until 100000000 }}x{{ end }}`,
	`{{ range $i := until 100000 }}{{ range $j := until 100000 }}x{{ end }}{{ end }}`,
	`{{ define "r" }}{{ include "r" . }}{{ end }}{{ include "r" . }}`,
	`{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}`,
	`{{ define "d" }}{{ include "e" . }}{{ include "e" . }}{{ end }}{{ define "e" }}xxxxxxxx{{ end }}{{ include "d" . }}`,
	`{{ repeat 1000000000 "x" }}`,
	`{{ $x := "x" }}{{ range until 64 }}{{ $x = printf "%s%s" $x $x }}{{ end }}{{ $x }}`,
	`{{ printf "%999999999d" 1 }}`,
	`{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ toYaml $d }}`,
	`{{ tpl "{{ tpl .x . }}" (dict "x" "{{ tpl .x . }}" "Template" .Template) }}`,
	`{{ genPrivateKey "rsa" }}`,
	`{{ regexMatch "(a*)*(a*)*b" (repeat 100000 "a") }}`,
	`{{ range $i, $c := (splitList "" (repeat 1000000 "x")) }}{{ $i }}{{ end }}`,
	`{{ .Files.Glob "**" }}{{ fail "no" }}`,
	`{{ seq 1 100000000 }}`,
	`{{ tpl (repeat 5000000 "{{if 1}}") . }}`,
	`{{ fromToml (printf "a=%s" (repeat 5000000 "[")) }}`,
	`{{ $x := list }}{{ range until 1000000 }}{{ $x = chunk 1 $x }}{{ end }}{{ $x }}`,
	`{{ $x := list }}{{ range until 100 }}{{ $x = append $x (repeat 60000000 "x") }}{{ end }}{{ join "" $x }}`,
	strings.Repeat(`{{ if 1 }}`, 500_000),
	`{{ derivePassword 1 "long" "password" "user" "example.com" }}{{ bcrypt "x" }}`,
}

// TestHostileTemplates wants an end of each, and a report.
func TestHostileTemplates(t *testing.T) {
	if testing.Short() {
		t.Skip("some use up the time that a chart may take")
	}
	for _, text := range hostileTemplates {
		t.Run(text, func(t *testing.T) {
			bundle := load(t, "git")
			add(template, text)(t, bundle)
			safe(t, bounded(t, bundle, verify.Options{}))
		})
	}
}
