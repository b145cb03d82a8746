package checks_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/aicr-flux/aicr/pkg/verify"
)

// linkMark ends the names of files that are symlinks in the bundle of a fuzzer.
const linkMark = "@link"

// FuzzBundle verifies bundles that are written as txtar archives.
func FuzzBundle(f *testing.F) {
	for _, dir := range append([]string{"git", "oci"}, seedTrees(f)...) {
		f.Add(archive(f, filepath.Join("testdata", dir)), byte(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, choice byte) {
		judge(t, unpack(data), optionsOf(choice))
	})
}

// FuzzChart verifies a bundle with a chart of any templates and values.
func FuzzChart(f *testing.F) {
	quota, err := os.ReadFile("testdata/git/" + template)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{{ range $k, $v := .Values.a }}{{ include "a" $v }}{{ end }}`), []byte(`{{ define "a" }}{{ toYaml . }}{{ end }}`), []byte("a: {b: [1, 2]}"))
	f.Add([]byte(`{{ printf "%9d" (add 1 2) }}{{ tpl .Values.x . | nindent 2 }}`), []byte("{{/* a */}}"), []byte("x: '{{ .Release.Name }}'"))
	f.Add(quota, []byte(`{{ define "a" }}{{ .Values.x }}{{ end }}`), []byte("x: 1\n"))
	f.Fuzz(func(t *testing.T, template, helpers, values []byte) {
		bundle := load(t, "git")
		for name, data := range map[string][]byte{"templates/quota.yaml": template, "templates/_helpers.tpl": helpers, "values.yaml": values} {
			bundle["gpu-operator-pre/"+name] = &fstest.MapFile{Data: data, Mode: 0o644}
		}
		safe(t, bounded(t, bundle, verify.Options{})) // templates may draw random numbers: no two reports need to be the same
	})
}

// judge verifies twice, with the same report, whose texts must be safe to print.
func judge(t *testing.T, bundle fs.FS, o verify.Options) {
	t.Helper()
	first, second := bounded(t, bundle, o), bounded(t, bundle, o)
	if !reflect.DeepEqual(first, second) {
		t.Errorf("two reports differ:\n%s\n%s", list(first), list(second))
	}
	safe(t, first)
}

// safe wants texts that neither a terminal nor GitHub Actions takes for commands.
func safe(t *testing.T, report verify.Report) {
	t.Helper()
	text, commands := formatted(t, "text", report), formatted(t, "github", report)
	for _, out := range []string{text, commands} {
		for _, r := range out {
			if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0) {
				t.Fatalf("a report holds the control character %U:\n%q", r, out)
			}
		}
		if strings.Contains(out, "##[") {
			t.Errorf("a report holds what GitHub Actions takes for a command:\n%s", out)
		}
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") {
			t.Errorf("a line of a report is a command of GitHub Actions:\n%s", line)
		}
	}
	want := len(report.Findings)
	if len(report.NotSeen) > 0 {
		want++ // one that says what was not checked
	}
	if lines := strings.Count(commands, "\n"); lines != want {
		t.Errorf("%d findings make %d commands:\n%s", len(report.Findings), lines, commands)
	}
}

func optionsOf(choice byte) verify.Options {
	o := verify.Options{FluxVersion: verify.FluxVersions()[int(choice>>2)%len(verify.FluxVersions())], Quick: choice&1 != 0}
	if choice&2 != 0 {
		o.RepositoryPath = "clusters/a"
	}
	return o
}

func seedTrees(f *testing.F) []string {
	var all []string
	for _, name := range others(f) {
		all = append(all, "others/"+name)
	}
	return all
}

// archive packs a directory.
func archive(t testing.TB, dir string) []byte {
	t.Helper()
	var a txtar.Archive
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, file)
		a.Files = append(a.Files, txtar.File{Name: file, Data: data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return txtar.Format(&a)
}

// unpack makes a bundle of an archive.
func unpack(data []byte) fstest.MapFS {
	bundle := fstest.MapFS{}
	for _, file := range txtar.Parse(data).Files {
		name, link := strings.CutSuffix(file.Name, linkMark)
		switch {
		case !fs.ValidPath(name) || path.Clean(name) == ".":
		case link:
			bundle[name] = &fstest.MapFile{Data: []byte(strings.TrimSpace(string(file.Data))), Mode: fs.ModeSymlink | 0o777}
		default:
			bundle[name] = &fstest.MapFile{Data: file.Data, Mode: 0o644}
		}
	}
	return bundle
}
