package checks_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/examples"
	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/bundle"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/test/corpus"
)

// forms are the ways in which each recipe becomes a bundle.
var forms = map[string]aicr.BundleOptions{
	"git":      {Options: deployer.Options{RepoURL: "https://github.com/acme/clusters.git", RepoPath: "clusters/a"}},
	"plain":    {},
	"graph":    {Options: deployer.Options{Ordering: "graph"}},
	"oci":      {Options: deployer.Options{OCISourceName: "aicr-bundle"}},
	"vendored": {Options: deployer.Options{VendorCharts: true, RepoURL: "https://github.com/acme/clusters.git"}},
	"dynamic":  {Options: deployer.Options{RepoURL: "https://github.com/acme/clusters.git"}, DynamicValues: map[string][]string{"gpuoperator": {"driver.version", "driver.not.set"}}},
	"air-gap":  {Options: deployer.Options{VendorCharts: true, OCISourceName: "aicr-bundle"}},
}

// TestOwnBundlesPass verifies what the project itself generates: every recipe in every form, with
// no finding that is an error.
func TestOwnBundlesPass(t *testing.T) {
	recipes := map[string]aicr.BundleOptions{}
	for _, name := range examples.Names() {
		recipes[name] = aicr.BundleOptions{Recipe: example(t, name)}
	}
	switch {
	case testing.Short():
		t.Log("only the examples with -short")
	case corpus.Root() == "":
		t.Log("corpus: SKIPPED (neither $AICR_CORPUS nor ../shared/corpus holds it)")
	default:
		for _, r := range corpus.Recipes(t) {
			recipes[r.Name] = aicr.BundleOptions{Recipe: r.File, Data: []string{r.Data}}
		}
	}
	for name, recipe := range recipes {
		for form, o := range forms {
			o.Recipe, o.Data = recipe.Recipe, recipe.Data
			t.Run(name+"/"+form, func(t *testing.T) {
				t.Parallel()
				files, err := render(t, o)
				if form == "dynamic" && err != nil && (strings.Contains(err.Error(), "is no component of the recipe") || strings.Contains(err.Error(), "is switched off")) {
					t.Skipf("no GPU operator to set values of: %v", err)
				}
				if err != nil {
					t.Fatal(err)
				}
				report := verifyAll(t, withChecksums(t, files), verify.Options{RepositoryPath: o.RepoPath})
				if report.Worst(verify.SeverityError) || report.Releases == 0 {
					t.Errorf("%d releases:\n%s", report.Releases, list(report))
				}
			})
		}
	}
}

// example writes an example recipe and returns its file.
func example(t testing.TB, name string) string {
	t.Helper()
	dir := t.TempDir()
	files, err := examples.Files(name)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "recipe.yaml")
}

// render makes a bundle in memory.
func render(t testing.TB, o aicr.BundleOptions) (*bundle.Files, error) {
	t.Helper()
	o.Version, o.Puller = "v0.0.0-test", stubCharts{}
	made, err := aicr.Make(t.Context(), o)
	if err != nil {
		return nil, err
	}
	return made.Files, nil
}

// withChecksums gives the files their checksums.txt, as a written bundle has it.
func withChecksums(t testing.TB, files *bundle.Files) fs.FS {
	t.Helper()
	dir := t.TempDir()
	if _, err := bundle.Write(context.Background(), dir, files, bundle.WriteOptions{Checksums: true, Owner: flux.RootFile}); err != nil {
		t.Fatal(err)
	}
	return os.DirFS(dir)
}

// stubCharts answers with a small chart of any name that uses all its values. That of the GPU
// operator brings its CRD.
type stubCharts struct{}

func (stubCharts) Pull(_ context.Context, c localformat.Component) (tgz []byte, rec localformat.VendorRecord, tarball string, err error) {
	name := filepath.Base(c.ChartName)
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	files := [][2]string{
		{"Chart.yaml", fmt.Sprintf("apiVersion: v2\nname: %s\nversion: %q\n", name, c.Version)},
		{"templates/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-" + name + "\ndata:\n  values: {{ toJson .Values | quote }}\n"},
	}
	if name == "gpu-operator" {
		files = append(files, [2]string{"crds/clusterpolicies.yaml", `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: clusterpolicies.nvidia.com}
spec:
  group: nvidia.com
  scope: Cluster
  names: {kind: ClusterPolicy, plural: clusterpolicies}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`})
	}
	for _, f := range files {
		err = errors.Join(err, w.WriteHeader(&tar.Header{Name: name + "/" + f[0], Mode: 0o644, Size: int64(len(f[1]))}))
		_, wrote := w.Write([]byte(f[1]))
		err = errors.Join(err, wrote)
	}
	err = errors.Join(err, w.Close(), z.Close())
	return out.Bytes(), localformat.VendorRecord{PullerVersion: "stub"}, fmt.Sprintf("%s-%s.tgz", name, c.Version), err
}
