package aicr_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/corpus"
)

// bundleInfo is the BundleInfo of AICR, written from its description and not from ours: AICR reads it
// strictly.
type bundleInfo struct {
	APIVersion, Kind string
	Metadata         struct{ Version string }
	Build            struct {
		Deployer string
		Recipe   struct{ Path, Digest, Version string }
		Settings struct {
			Checksums, Attested, VendorCharts, ReadinessHooks, Serial *bool

			Components                                                         []string
			RepoURL, TargetRevision, AppName, StorageClass, SharedStorageClass string
			NodeScheduling                                                     map[string]struct {
				Selector    map[string]string
				Tolerations []struct {
					Key, Operator, Value, Effect string
					TolerationSeconds            *int64
				}
			}
		}
	}
	Layout struct {
		Entrypoint, Provenance string
		Releases               []struct{ Name, Component, Namespace, Path, Manifest string }
	}
}

// TestHazard48_ARerunAsLastTimeIsTheSame makes the bundle of each recipe of the corpus with every
// option that fits, and once more from its record.
func TestHazard48_ARerunAsLastTimeIsTheSame(t *testing.T) {
	for _, rec := range corpus.Recipes(t) {
		t.Run(rec.Name, func(t *testing.T) {
			top := t.TempDir()
			if out, err := exec.CommandContext(t.Context(), "git", "init", "-q", top).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if err := os.CopyFS(filepath.Join(top, "data"), os.DirFS(rec.Data)); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(rec.File)
			if err != nil {
				t.Fatal(err)
			}
			source := filepath.Join(top, "recipe.yaml")
			if err := os.WriteFile(source, data, 0o644); err != nil {
				t.Fatal(err)
			}
			text := filepath.Join(top, "text.txt")
			if err := os.WriteFile(text, []byte("text\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			loaded, err := recipe.Load(t.Context(), source, recipe.LoadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			of := loaded.ComponentRefs[slices.IndexFunc(loaded.ComponentRefs, func(c recipe.ComponentRef) bool { return c.Enabled() })].Name
			o := aicr.BundleOptions{
				Recipe: source, Data: []string{filepath.Join(top, "data")}, Output: filepath.Join(top, "bundles", "a"),
				Options: deployer.Options{
					Version: "1", RepoURL: "https://git.example.com/org/repo.git", TargetRevision: "prod", RepoSecret: "git", Ordering: "graph", Namespace: "flux",
					Settings: deployer.Settings{Interval: time.Hour, Timeout: 20 * time.Minute, DriftDetection: "warn", ServiceAccount: "sa"},
				},
				RegistryRewrite: []string{"ghcr.io=mirror.example.com/ghcr.io", "https://helm.ngc.nvidia.com=https://mirror.example.com/ngc"},
				Set:             set(of+":x.version=1.10", of+":x.on=true", of+":x.n=7"), SetJSON: setJSON(of + ":y=[1,2.5,null]"),
				SetFile:       []aicr.Assignment{{Component: of, Path: "z", Value: text}},
				DynamicValues: map[string][]string{of: {"x.n", "not.set"}},
				SecretValues:  []aicr.SecretValue{{Component: of, SecretValue: deployer.SecretValue{Path: "not.known", Secret: "s", Key: "k"}}},
				Scheduling: aicr.Scheduling{
					SystemNodeSelector: map[string]string{"pool": "system"}, AcceleratedNodeTolerations: []aicr.Toleration{{Taint: aicr.Taint{Key: "gpu", Effect: "NoSchedule"}, Exists: true}},
					WorkloadGate: aicr.Taint{Key: "gate", Value: "1", Effect: "NoSchedule"}, Nodes: 4, StorageClass: "fast",
				},
			}
			if _, err := aicr.Bundle(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			first := contents(t, o.Output)
			again, err := aicr.Again(t.Context(), o.Output, aicr.BundleOptions{Options: deployer.Options{Version: "1"}})
			if err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(filepath.Join(o.Output, "sources")); err != nil {
				t.Fatal(err)
			}
			if _, err := aicr.Bundle(t.Context(), again); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(first, contents(t, o.Output)); diff != "" {
				t.Errorf("(-first +again)\n%s", diff)
			}
			checkInfo(t, o.Output, loaded)
		})
	}
}

// checkInfo reads recipe.yaml and bundle-info.yaml as AICR does.
func checkInfo(t *testing.T, dir string, loaded *recipe.RecipeResult) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "bundle-info.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var info bundleInfo
	if err := yaml.UnmarshalStrict(data, &info); err != nil {
		t.Fatal(err)
	}
	if info.APIVersion != "aicr.run/v1" || info.Kind != "BundleInfo" || info.Build.Deployer != "flux" || info.Metadata.Version != "1" {
		t.Errorf("%+v", info)
	}
	s := info.Build.Settings
	if s.Checksums == nil || !*s.Checksums || s.Attested == nil || s.VendorCharts == nil || s.ReadinessHooks == nil || s.Serial == nil || *s.Serial || s.StorageClass != "fast" ||
		s.NodeScheduling["system"].Selector["pool"] != "system" || s.NodeScheduling["accelerated"].Tolerations[0].Operator != "Exists" {
		t.Errorf("settings: %+v", s)
	}
	rec, err := os.ReadFile(filepath.Join(dir, info.Build.Recipe.Path))
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(rec); info.Build.Recipe.Digest != "sha256:"+hex.EncodeToString(sum[:]) {
		t.Errorf("the digest %s is not that of recipe.yaml", info.Build.Recipe.Digest)
	}
	back, err := recipe.Load(t.Context(), filepath.Join(dir, info.Build.Recipe.Path), recipe.LoadOptions{Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	var enabled []string
	for i := range loaded.ComponentRefs {
		if c := &loaded.ComponentRefs[i]; c.Enabled() {
			enabled = append(enabled, c.Name)
		}
	}
	slices.Sort(enabled)
	if got := slices.Sorted(slices.Values(s.Components)); !slices.Equal(got, enabled) || len(back.ComponentRefs) != len(enabled) {
		t.Errorf("components %v, of the recipe %v", got, enabled)
	}
	for _, r := range info.Layout.Releases {
		manifest := read[struct {
			APIVersion, Kind string
			Metadata         map[string]any
			Spec             map[string]any
		}](t, filepath.Join(dir, r.Manifest))
		if manifest.Kind != "HelmRelease" || manifest.Spec["targetNamespace"] != r.Namespace || manifest.Metadata["name"] != r.Name || !slices.Contains(enabled, r.Component) {
			t.Errorf("%+v", r)
		}
		if _, err := os.Stat(filepath.Join(dir, r.Path)); err != nil {
			t.Error(err)
		}
	}
}
