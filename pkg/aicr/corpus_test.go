package aicr_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/test/corpus"
)

func read[T any](t *testing.T, file string) T {
	t.Helper()
	var v T
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalStrict(data, &v); err != nil {
		t.Fatalf("%s: %v\n%s", file, err, data)
	}
	return v
}

// TestCorpusBundlesShowTheExpectedFacts compares what was written, read back
// with Flux's own types, with the facts of every recipe of the corpus.
func TestCorpusBundlesShowTheExpectedFacts(t *testing.T) {
	for _, rec := range corpus.Recipes(t) {
		t.Run(rec.Name, func(t *testing.T) {
			dir := t.TempDir()
			out, err := aicr.Bundle(t.Context(), aicr.BundleOptions{Recipe: rec.File, Output: dir, Data: []string{rec.Data}})
			if err != nil {
				t.Fatal(err)
			}
			if len(out.Releases) != len(rec.Expected.Releases) {
				t.Fatalf("%d releases, want %d", len(out.Releases), len(rec.Expected.Releases))
			}
			for i, want := range rec.Expected.Releases {
				if out.Releases[i].Name != want.Name {
					t.Fatalf("release %d is %q, want %q", i, out.Releases[i].Name, want.Name)
				}
				compareRelease(t, dir, want)
			}
		})
	}
}

func compareRelease(t *testing.T, dir string, want corpus.Release) {
	t.Helper()
	hr := read[helmv2.HelmRelease](t, filepath.Join(dir, want.Name, "helmrelease.yaml"))
	got := corpus.Release{
		Name: hr.Name, Namespace: hr.Namespace, TargetNamespace: hr.Spec.TargetNamespace,
		DependsOn: []string{}, Values: map[string]any{}, Chart: want.Chart, Local: want.Local,
	}
	for _, d := range hr.Spec.DependsOn {
		got.DependsOn = append(got.DependsOn, d.Name)
	}
	if want.DependsOn == nil { // compared elsewhere
		got.DependsOn = nil
	}
	if hr.Spec.Values != nil {
		if err := json.Unmarshal(hr.Spec.Values.Raw, &got.Values); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("release %q (-want +got):\n%s", want.Name, diff)
	}
	if want.Chart != nil {
		compareChart(t, dir, hr, want)
	}
	if want.Local != nil {
		compareTemplates(t, filepath.Join(dir, want.Name, "templates"), want)
	}
}

func compareChart(t *testing.T, dir string, hr helmv2.HelmRelease, want corpus.Release) {
	t.Helper()
	spec := hr.Spec.Chart.Spec
	repo := read[sourcev1.HelmRepository](t, filepath.Join(dir, "sources", "helmrepo-"+spec.SourceRef.Name+".yaml"))
	got := *want.Chart
	got.Name, got.Version, got.Repository, got.OCI = spec.Chart, spec.Version, repo.Spec.URL, repo.Spec.Type == "oci"
	if diff := cmp.Diff(*want.Chart, got); diff != "" {
		t.Errorf("chart of %q (-want +got):\n%s", want.Name, diff)
	}
}

func compareTemplates(t *testing.T, dir string, want corpus.Release) {
	t.Helper()
	got := map[string]any{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if _, synthesized := want.Local.Templates[e.Name()].(map[string]any); synthesized {
			var object map[string]any
			if err := yaml.Unmarshal(data, &object); err != nil {
				t.Fatal(err)
			}
			got[e.Name()] = map[string]any{"object": object}
			continue
		}
		sum := sha256.Sum256(data)
		got[e.Name()] = hex.EncodeToString(sum[:])
	}
	if diff := cmp.Diff(want.Local.Templates, got); diff != "" {
		t.Errorf("templates of %q (-want +got):\n%s", want.Name, diff)
	}
}
