package helmchart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const chartYAML = "apiVersion: v2\nname: c\nversion: 1.0.0\n"

func TestFromDirLeavesOutWhatFluxDoes(t *testing.T) {
	fsys := fstest.MapFS{}
	for _, name := range []string{
		"templates/a.yaml", "templates/.hidden.yaml", "a.bak", "logo.png", ".github/ci.yml", "skipped/b.yaml", "files/.kept", "helmrelease.yaml",
	} {
		fsys["x/"+name] = &fstest.MapFile{Data: []byte("# nothing")}
	}
	fsys["x/Chart.yaml"] = &fstest.MapFile{Data: []byte("\xef\xbb\xbf" + chartYAML)}
	fsys["x/.helmignore"] = &fstest.MapFile{Data: []byte("# comment\n*.bak\nskipped/\n/helmrelease.yaml\n")}
	fsys["x/link.yaml"] = &fstest.MapFile{Mode: fs.ModeSymlink}
	c, err := FromDir(fsys, "x")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{".helmignore", "Chart.yaml", "files/.kept", "templates/a.yaml"}
	if diff := cmp.Diff(want, c.Files()); diff != "" {
		t.Errorf("-want +got: %s", diff)
	}
	root, err := fs.Sub(fsys, "x")
	if err != nil {
		t.Fatal(err)
	}
	if c, err := FromDir(root, "."); err != nil || !slices.Equal(c.Files(), want) {
		t.Errorf("from the root: %v, %v", c, err)
	}
	if _, err := FromDir(fsys, "y"); err == nil {
		t.Error("a directory that does not exist is no chart")
	}
}

// pack returns the files as a .tgz below c/; an odd number of arguments is a bug of the test.
func pack(t testing.TB, files ...string) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	w := tar.NewWriter(z)
	for i := 0; i < len(files); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: files[i], Mode: 0o644, Size: int64(len(files[i+1])), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func TestChartsInsideArchives(t *testing.T) {
	third := pack(t, "d/Chart.yaml", "apiVersion: v2\nname: d\nversion: 1.0.0\n", "d/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap")
	second := pack(t, "b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 1.0.0\n", "b/charts/d-1.0.0.tgz", string(third), "b/crds/x.yaml", "apiVersion: v1\nkind: X")
	first := pack(t, "c/Chart.yaml", chartYAML, "c/charts/b-1.0.0.tgz", string(second), "c/charts/_off.tgz", "no archive")
	c, err := FromArchive(first)
	if err != nil {
		t.Fatal(err)
	}
	manifests, err := Render(t.Context(), c, install())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range manifests {
		got = append(got, m.Template)
	}
	if diff := cmp.Diff([]string{"c/charts/b/crds/x.yaml", "c/charts/b/charts/d/templates/a.yaml"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestHostileCharts(t *testing.T) {
	if testing.Short() {
		t.Skip("packs half a gigabyte")
	}
	zeros := strings.Repeat("\x00", 5<<20)
	bomb := []string{"c/Chart.yaml", chartYAML}
	for i := range 21 {
		bomb = append(bomb, fmt.Sprintf("c/%d", i), zeros)
	}
	half := pack(t, bomb[:24]...)
	empty := []string{"c/Chart.yaml", chartYAML}
	for i := range maxFiles {
		empty = append(empty, fmt.Sprintf("c/%d", i), "")
	}
	nested := pack(t, "c/Chart.yaml", chartYAML)
	for range maxNesting {
		nested = pack(t, "c/Chart.yaml", chartYAML, "c/charts/c.tgz", string(nested))
	}
	for name, test := range map[string]struct {
		archive []byte
		message string
	}{
		"no archive":        {[]byte("text"), "not a gzip archive"},
		"cut off":           {half[:len(half)/2], "cannot be read"},
		"too large":         {pack(t, bomb...), "more than 100 MiB"},
		"too large inside":  {pack(t, "c/Chart.yaml", chartYAML, "c/charts/a.tgz", string(half), "c/charts/b.tgz", string(half)), "more than 100 MiB"},
		"a large file":      {pack(t, "c/Chart.yaml", chartYAML, "c/a", zeros+"x"), `"c/a" has 5.0 MiB`},
		"too many files":    {pack(t, empty...), "more than 20000 files"},
		"nested":            {nested, "nested more than 8 deep"},
		"no chart":          {pack(t, "c/values.yaml", "a: b"), "Chart.yaml file is missing"},
		"no chart inside":   {pack(t, "c/Chart.yaml", chartYAML, "c/charts/a.tgz", "text"), "charts/a.tgz: it is not a gzip archive"},
		"above":             {pack(t, "c/../../x", "text"), "parent directory"},
		"a strange version": {pack(t, "c/Chart.yaml", "apiVersion: v2\nname: c\nversion: x\n"), "version"},
		"a strange name":    {pack(t, "c/Chart.yaml", "apiVersion: v2\nname: ../c\nversion: 1.0.0\n"), "name"},
		"a list":            {pack(t, "c/Chart.yaml", "- a"), "Chart.yaml"},
		"null":              {pack(t, "c/Chart.yaml", "null"), "Helm cannot load"},
		"no dependency":     {pack(t, "c/Chart.yaml", chartYAML+"dependencies: [null]\n"), "dependenc"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := FromArchive(test.archive)
			if err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %.300v", err)
			}
		})
	}
	if _, err := FromFiles(map[string][]byte{"Chart.yaml": []byte(chartYAML), "../a": nil}); err == nil {
		t.Error("a path that leaves the chart is taken")
	}
}
