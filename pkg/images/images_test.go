package images

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	stderrors "errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// pack returns the files below dir as a chart is published.
func pack(t testing.TB, fsys fs.FS, dir string) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	w := tar.NewWriter(z)
	err := fs.WalkDir(fsys, dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: strings.TrimPrefix(file, "charts/"), Mode: 0o644, Size: int64(len(data))}); err != nil {
			return err
		}
		_, err = w.Write(data)
		return err
	})
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// shelf is a puller that has the charts below charts/ of a test.
type shelf struct {
	t      testing.TB
	fsys   fs.FS
	pulled atomic.Int32
}

func (s *shelf) Pull(_ context.Context, c localformat.Component) ([]byte, localformat.VendorRecord, string, error) {
	s.pulled.Add(1)
	dir := fmt.Sprintf("charts/%s", c.ChartName)
	if _, err := fs.Stat(s.fsys, dir+"/Chart.yaml"); err != nil {
		return nil, localformat.VendorRecord{}, "", errors.New(errors.ErrCodeNotFound, "%s has no chart %s %s (OCI %t)", c.Repository, c.ChartName, c.Version, c.IsOCI)
	}
	return pack(s.t, s.fsys, dir), localformat.VendorRecord{}, "", nil
}

// TestList lists the images of the bundles in testdata: bundle/ is the bundle, charts/ what can be
// pulled, want the result. A file x.tgz in the bundle is packed from the chart that its text names.
func TestList(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 3 {
		t.Fatalf("%v %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			fsys := fstest.MapFS{}
			for _, f := range archive.Files {
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			for name, f := range fsys {
				if strings.HasSuffix(name, ".tgz") {
					f.Data = pack(t, fsys, strings.TrimSpace(string(f.Data)))
				}
			}
			bundle, err := fs.Sub(fsys, "bundle")
			if err != nil {
				t.Fatal(err)
			}
			report, err := List(t.Context(), bundle, Options{Puller: &shelf{t: t, fsys: fsys}})
			got, _ := yaml.Marshal(report)
			if err != nil {
				got = fmt.Appendf(nil, "%s\n%v\n", errors.CodeOf(err), err)
			}
			last := &archive.Files[len(archive.Files)-1]
			if os.Getenv("UPDATE_GOLDEN") != "" {
				last.Data = got
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(last.Data), string(got)); last.Name != "want" || diff != "" {
				t.Errorf("-want +got: %s", diff)
			}
		})
	}
}

func TestListWithoutPuller(t *testing.T) {
	fsys := fstest.MapFS{
		"kustomization.yaml": {Data: []byte("resources: [r.yaml, s.yaml]")},
		"r.yaml":             {Data: []byte("{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: a, namespace: flux-system}, spec: {chart: {spec: {chart: c, version: 1.0.0, sourceRef: {kind: HelmRepository, name: s}}}}}")},
		"s.yaml":             {Data: []byte("{apiVersion: source.toolkit.fluxcd.io/v1, kind: HelmRepository, metadata: {name: s, namespace: flux-system}, spec: {url: https://charts.example.com}}")},
	}
	if _, err := List(t.Context(), fsys, Options{}); err == nil || !strings.Contains(err.Error(), `release "a": chart c 1.0.0 of https://charts.example.com is not in the bundle`) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := List(ctx, fsys, Options{}); !stderrors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
