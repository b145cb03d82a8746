package aicr_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/test/corpus"
)

// The formats below are written from their description, not from our own types: AICR's tools read a
// bundle by them, and strictly.

// aicrRecipe is a RecipeResult as AICR 1.0 and later read it.
type aicrRecipe struct {
	APIVersion, Kind string
	Metadata         struct {
		Version            string
		AppliedOverlays    []string
		ExcludedOverlays   []struct{ Name, Reason string }
		ConstraintWarnings []struct{ Overlay, Constraint, Expected, Actual, Reason string }

		GPUDriverState, MariaDBOperatorState string
		SelectedProfile                      *struct {
			Name, Value, Advertiser string
			OwnedPaths              map[string][]string
		}
	}
	Configuration *struct {
		Slurm            *struct{ Accounting *struct{ Mode string } }
		RuntimeInventory *struct{ Mode string }
		GKE              *struct {
			TCPXOInterfaces []struct{ InterfaceName, Network string }
		}
	}
	Criteria struct {
		Service, Accelerator, Intent, OS, Platform string
		Nodes                                      int
	}
	Constraints     []struct{ Name, Value, Severity, Remediation, Unit string }
	ComponentRefs   []aicrComponent
	DeploymentOrder []string
	Validation      map[string]struct {
		Timeout, Infrastructure string
		Checks                  []string
		Constraints             []struct{ Name, Value, Severity, Remediation, Unit string }
		NodeSelection           *struct {
			Selector     map[string]string
			MaxNodes     int
			ExcludeNodes []string
		}
	}
}

type aicrComponent struct {
	Name, Namespace, Chart, Type, Source, Version, Tag, Path, ValuesFile string
	Overrides                                                            map[string]any
	Patches, DependencyRefs, ManifestFiles, PreManifestFiles             []string
	Cleanup, HealthCheckSkip                                             bool
	ExpectedResources                                                    []struct{ Kind, Name, Namespace string }
	HealthCheckAsserts                                                   string
}

// aicrProvenance is a BundleProvenance.
type aicrProvenance struct {
	APIVersion, Kind string
	VendoredCharts   []struct{ Name, Chart, Version, Repository, SHA256, TarballName, PullerVersion string }
}

// aicrRelease is what AICR takes out of a manifest.
type aicrRelease struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		TargetNamespace string
		Values          map[string]any
		ValuesFrom      []any
	}
}

func strictly[T any](t *testing.T, fsys fs.FS, file string) *T {
	t.Helper()
	into := new(T)
	data, err := fs.ReadFile(fsys, file)
	if err == nil {
		err = yaml.UnmarshalStrict(data, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return into
}

// readAsAICR reads a bundle as upgrade-check and recipe --inherit-from do, and returns the values of
// each release by its name.
func readAsAICR(t *testing.T, fsys fs.FS) (info *bundleInfo, rec *aicrRecipe, values map[string]map[string]any) {
	t.Helper()
	info = strictly[bundleInfo](t, fsys, "bundle-info.yaml")
	b := &info.Build
	if s := b.Settings; info.APIVersion != "aicr.run/v1" || info.Kind != "BundleInfo" || info.Metadata.Version == "" || b.Deployer != "flux" || info.Layout.Entrypoint != "kustomization.yaml" ||
		s.Checksums == nil || s.Attested == nil || s.VendorCharts == nil || s.ReadinessHooks == nil || s.Serial == nil {
		t.Errorf("%+v", info)
	}
	data, err := fs.ReadFile(fsys, b.Recipe.Path)
	if err != nil {
		t.Fatal(err)
	}
	rec = strictly[aicrRecipe](t, fsys, b.Recipe.Path)
	if sum := sha256.Sum256(data); b.Recipe.Digest != "sha256:"+hex.EncodeToString(sum[:]) || b.Recipe.Version != rec.Metadata.Version {
		t.Errorf("%+v is not recipe.yaml", b.Recipe)
	}
	checkBundledRecipe(t, info, rec)
	values = map[string]map[string]any{}
	for _, r := range info.Layout.Releases {
		manifest := new(aicrRelease)
		text, err := fs.ReadFile(fsys, r.Manifest)
		if err == nil {
			err = yaml.Unmarshal(text, manifest)
		}
		if err != nil || manifest.Kind != "HelmRelease" || manifest.Metadata.Name != r.Name || manifest.Spec.TargetNamespace != r.Namespace || path.Dir(r.Manifest) != r.Path ||
			!slices.Contains(b.Settings.Components, r.Component) || r.Name != r.Component && r.Name != r.Component+"-pre" && r.Name != r.Component+"-post" {
			t.Errorf("%+v: %v", r, err)
		}
		if len(manifest.Spec.ValuesFrom) > 0 {
			t.Errorf("%s has values that AICR does not see", r.Name)
		}
		values[r.Name] = manifest.Spec.Values
		if wrapped := localChart(t, fsys, r.Path, rec, r.Component); wrapped != "" {
			values[r.Name], _ = values[r.Name][wrapped].(map[string]any)
		}
	}
	return info, rec, values
}

// checkBundledRecipe holds the recipe to what AICR asks of it.
func checkBundledRecipe(t *testing.T, info *bundleInfo, rec *aicrRecipe) {
	t.Helper()
	c := rec.Configuration
	newer := rec.Metadata.SelectedProfile != nil || c != nil && (c.Slurm != nil || c.GKE != nil)
	if rec.Kind != "RecipeResult" || newer && rec.APIVersion != "aicr.run/v1beta2" || !newer && c == nil && rec.APIVersion != "aicr.run/v1" {
		t.Errorf("apiVersion %q and kind %q, with a profile or a configuration: %t", rec.APIVersion, rec.Kind, newer)
	}
	for _, o := range rec.Metadata.ExcludedOverlays {
		if o.Name == "" || !slices.Contains([]string{"", "constraint-failed", "mixin-constraint-failed"}, o.Reason) {
			t.Errorf("excluded overlay %+v", o)
		}
	}
	var names []string
	for _, ref := range rec.ComponentRefs {
		names = append(names, ref.Name)
		if ref.Overrides["enabled"] == false || ref.Overrides["install"] == false {
			t.Errorf("%s is switched off", ref.Name)
		}
	}
	if !slices.Equal(names, info.Build.Settings.Components) {
		t.Errorf("components %v, of the recipe %v", info.Build.Settings.Components, names)
	}
	for _, ref := range rec.ComponentRefs {
		for _, dep := range ref.DependencyRefs {
			if !slices.Contains(names, dep) {
				t.Errorf("%s needs %s, which is not there", ref.Name, dep)
			}
		}
	}
	for _, name := range rec.DeploymentOrder {
		if !slices.Contains(names, name) {
			t.Errorf("the order has %s, which is not there", name)
		}
	}
}

// localChart checks the annotations of a chart in the bundle, and returns the name of the chart that
// it wraps.
func localChart(t *testing.T, fsys fs.FS, dir string, rec *aicrRecipe, component string) string {
	t.Helper()
	if _, err := fs.Stat(fsys, path.Join(dir, "Chart.yaml")); err != nil {
		return ""
	}
	local := strictly[struct {
		APIVersion, Name, Type, Version, AppVersion string
		Annotations                                 map[string]string
		Dependencies                                []struct{ Name, Version, Repository string }
	}](t, fsys, path.Join(dir, "Chart.yaml"))
	i := slices.IndexFunc(rec.ComponentRefs, func(ref aicrComponent) bool { return ref.Name == component })
	if got := local.Annotations; got["aicr.run/component-version"] != rec.ComponentRefs[i].Version || got["aicr.run/generated-by"] != "aicr" {
		t.Errorf("%s: annotations %v of a component at %q", dir, got, rec.ComponentRefs[i].Version)
	}
	if len(local.Dependencies) == 0 {
		return ""
	}
	return local.Dependencies[0].Name
}

// TestAICRsToolsReadTheBundles of both corpora, of recipes as they are and in the forms from before
// AICR 1.0.
func TestAICRsToolsReadTheBundles(t *testing.T) {
	older := strings.NewReplacer("apiVersion: aicr.run/v1beta2\n", "apiVersion: aicr.run/v1alpha3\n", "apiVersion: aicr.run/v1\n", "apiVersion: aicr.run/v1alpha2\n")
	for _, rec := range slices.Concat(corpus.Recipes(t), corpus.Recipes1x(t)) {
		t.Run(rec.Name, func(t *testing.T) {
			data, err := os.ReadFile(rec.File)
			if err != nil {
				t.Fatal(err)
			}
			alpha := filepath.Join(t.TempDir(), "alpha.yaml")
			if err := os.WriteFile(alpha, []byte(older.Replace(string(data))), 0o644); err != nil {
				t.Fatal(err)
			}
			var recipes [][]byte
			for _, file := range []string{rec.File, alpha} {
				made, err := aicr.Make(t.Context(), aicr.BundleOptions{Recipe: file, Data: []string{rec.Data}, Options: deployer.Options{Version: "1"}})
				if err != nil {
					t.Fatal(err)
				}
				_, _, got := readAsAICR(t, made.Files.FS())
				for _, want := range rec.Expected.Releases {
					if values, ok := got[want.Name]; !ok || len(values) != len(want.Values) {
						t.Errorf("%s has the values %v, want %v", want.Name, values, want.Values)
					}
				}
				bundled, err := fs.ReadFile(made.Files.FS(), "recipe.yaml")
				if err != nil {
					t.Fatal(err)
				}
				recipes = append(recipes, bundled)
				back := filepath.Join(t.TempDir(), "recipe.yaml")
				if err := os.WriteFile(back, bundled, 0o644); err != nil {
					t.Fatal(err)
				}
				if _, err := recipe.Load(t.Context(), back, recipe.LoadOptions{Strict: true, Bundled: true}); err != nil {
					t.Error(err)
				}
			}
			if !bytes.Equal(recipes[0], recipes[1]) {
				t.Error("recipe.yaml depends on the form of the recipe")
			}
		})
	}
}

// TestAICRsToolsSeeThroughAVendoredChart: the values of the component are below the name of the
// wrapper's first dependency.
func TestAICRsToolsSeeThroughAVendoredChart(t *testing.T) {
	url, _ := startCharts(t)
	o := vendored(t, url)
	o.VendorCharts, o.Version, o.DynamicValues = true, "1", nil
	made, err := aicr.Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	info, _, got := readAsAICR(t, made.Files.FS())
	if got["a"]["greeting"] != "hello" || got["a"]["other"] != "x" {
		t.Errorf("values %v", got)
	}
	p := strictly[aicrProvenance](t, made.Files.FS(), info.Layout.Provenance)
	if p.APIVersion != "aicr.run/v1" || p.Kind != "BundleProvenance" || len(p.VendoredCharts) == 0 || p.VendoredCharts[0].SHA256 == "" || !*info.Build.Settings.VendorCharts {
		t.Errorf("%+v", p)
	}
}
