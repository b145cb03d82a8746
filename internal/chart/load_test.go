package chart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/rollout"
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
	root, err := fs.Sub(fsys, "x")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{".helmignore", "Chart.yaml", "files/.kept", "templates/a.yaml"}
	for dir, fsys := range map[string]fs.FS{"x": fsys, ".": root} {
		p, err := FromDir(t.Context(), fsys, dir)
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(p.Files))); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got): %s", dir, err, diff)
		}
		if c, err := Load(p); err != nil || !slices.Equal(c.Files, want) {
			t.Errorf("%s: %v, %v", dir, c, err)
		}
	}
	if _, err := FromDir(t.Context(), fsys, "y"); err == nil {
		t.Error("a directory that does not exist is a chart")
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FromDir(over, fsys, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
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
	c, err := Load(Package{Archive: first})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range installed(t, c, install()) {
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
	deep := pack(t, bomb...)
	for range 20 {
		deep = pack(t, "c/Chart.yaml", chartYAML, "c/charts/c.tgz", string(deep))
	}
	for name, test := range map[string]struct {
		archive []byte
		message string
	}{
		"no archive":        {[]byte("text"), "archive cannot be read"},
		"cut off":           {half[:len(half)/2], "cannot be read"},
		"too large":         {pack(t, bomb...), "more than 100 MiB"},
		"too large inside":  {pack(t, "c/Chart.yaml", chartYAML, "c/charts/a.tgz", string(half), "c/charts/b.tgz", string(half)), "more than 100 MiB"},
		"a large file":      {pack(t, "c/Chart.yaml", chartYAML, "c/a", zeros+"x"), `"c/a" has 5.0 MiB`},
		"too many files":    {pack(t, empty...), "more than 20000 files"},
		"nested":            {deep, "more than 100 MiB"},
		"twice":             {pack(t, "c/Chart.yaml", chartYAML, "c/a", "1", "c//a", "2"), `the file "c/a" twice`},
		"twice inside":      {pack(t, "c/Chart.yaml", chartYAML, "c/charts/a.tgz", string(pack(t, "a/Chart.yaml", chartYAML, "a/Chart.yaml", chartYAML))), `the file "c/charts/a.tgz/a/Chart.yaml" twice`},
		"no chart":          {pack(t, "c/values.yaml", "a: b"), "Chart.yaml file is missing"},
		"no chart inside":   {pack(t, "c/Chart.yaml", chartYAML, "c/charts/a.tgz", "text"), "subchart a.tgz in c"},
		"above":             {pack(t, "c/../../x", "text"), "parent directory"},
		"a strange version": {pack(t, "c/Chart.yaml", "apiVersion: v2\nname: c\nversion: x\n"), "version"},
		"a strange name":    {pack(t, "c/Chart.yaml", "apiVersion: v2\nname: ../c\nversion: 1.0.0\n"), "name"},
		"a list":            {pack(t, "c/Chart.yaml", "- a"), "Chart.yaml"},
		"null":              {pack(t, "c/Chart.yaml", "null"), "Helm cannot load"},
		"no dependency":     {pack(t, "c/Chart.yaml", chartYAML+"dependencies: [null]\n"), "dependenc"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Load(Package{Archive: test.archive}); err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %.300v", err)
			}
		})
	}
}

// TestFromArtifact packs what an ArtifactGenerator composes, under the names that it gives.
func TestFromArtifact(t *testing.T) {
	read, err := rollout.Read(t.Context(), fstest.MapFS{
		"kustomization.yaml": {Data: []byte("resources: []\n")}, "x/Chart.yaml": {Data: []byte(chartYAML)}, "x/.helmignore": {Data: []byte("a\n")}, "x/a": {Data: []byte("a")},
	}, rollout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	source := rollout.ChartSource{Origin: rollout.OriginArtifact, Dir: "x", Files: map[string]string{"Chart.yaml": "x/Chart.yaml", ".helmignore": "x/.helmignore", "b/a": "x/a"}}
	p, err := FromBundle(t.Context(), read.Tree, source)
	if err != nil || string(p.Files["b/a"]) != "a" || len(p.Files) != 3 || len(p.Digest) != 64 {
		t.Errorf("%+v, %v", p, err)
	}
	source.Files["../a"] = "x/a"
	if _, err := FromBundle(t.Context(), read.Tree, source); err == nil {
		t.Error("a path that leaves the chart is taken")
	}
	source.Problems = []rollout.Problem{{Text: "odd"}}
	if _, err := FromBundle(t.Context(), read.Tree, source); err == nil || !strings.Contains(err.Error(), "odd") {
		t.Errorf("got %v", err)
	}
}
