package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// One commit, or one artifact, changes charts, values and manifests of releases that depend on each
// other: each is upgraded once, with what belongs together, after those that it depends on.
func TestHazard78_Upgrade(t *testing.T) {
	t.Parallel()
	for name, o := range upgradeForms() {
		t.Run(name, func(t *testing.T) {
			s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
			life := newLife(s, o)
			life.write(1, 1)
			b := life.bundle()
			s.Rollout(b)
			s.InOrder(b)
			for version := 2; version < 5; version++ {
				before := s.Revisions()
				life.write(version, version)
				b = life.bundle()
				s.Rollout(b)
				s.Upgraded(before, b.Releases()...)
				s.InOrder(b)
				life.upToDate(version)
			}
			s.Checked("three upgrades of all %d, each once, in order, chart and values together", len(b.Releases()))
			before := s.Revisions()
			life.write(5, 4) // a's chart is new, nothing else
			s.Rollout(life.bundle())
			s.Upgraded(before, "a")
			s.Checked("a new chart upgrades its release alone")
		})
	}
}

func upgradeForms() map[string]aicr.BundleOptions {
	forms := map[string]aicr.BundleOptions{}
	for _, mode := range []string{"git", "oci"} {
		for _, vendored := range []bool{false, true} {
			for _, order := range []string{"chain", "graph"} {
				o := aicr.BundleOptions{}
				o.Ordering, o.VendorCharts = order, vendored
				if mode == "oci" {
					o.OCISourceName = "aicr-bundle"
				}
				name := mode + "/" + order
				if vendored {
					name += "/vendored"
				}
				forms[name] = o
			}
		}
	}
	return forms
}

// life is a recipe of which version after version is made.
type life struct {
	*scenario.S
	o   aicr.BundleOptions
	dir string
	n   int
}

func newLife(s *scenario.S, o aicr.BundleOptions) *life {
	dir := s.Dir("recipe")
	o.DynamicValues = map[string][]string{"a": {"cluster"}, "c": {"cluster"}}
	o.Recipe, o.Data = filepath.Join(dir, "recipe.yaml"), []string{dir}
	for version := range 6 { // Flux looks at what a repository has but once an hour
		for _, name := range []string{"a", "b", "c"} {
			s.Charts.Add(source, scenario.Chart{Name: name, Version: fmt.Sprintf("1.0.%d", version), Instant: true})
		}
	}
	return &life{S: s, o: o, dir: dir}
}

const source = "https://charts.example.com/stable"

// write writes a recipe of a chart with manifests before and after it, and of one that depends on
// it, and of one that stands alone. The charts have one version, and values and manifests another.
func (l *life) write(chart, rest int) {
	l.Helper()
	l.file("recipe.yaml", fmt.Sprintf(`apiVersion: aicr.run/v1
kind: RecipeResult
componentRefs:
  - {name: a, namespace: a, type: Helm, source: %[1]s, version: 1.0.%[2]d, overrides: {n: %[3]d, cluster: %[3]d}, preManifestFiles: [components/a/pre.yaml], manifestFiles: [components/a/post.yaml]}
  - {name: b, namespace: b, type: Helm, source: %[1]s, version: 1.0.%[3]d, overrides: {n: %[3]d}, manifestFiles: [components/b/post.yaml], dependencyRefs: [a]}
  - {name: c, namespace: c, type: Helm, source: %[1]s, version: 1.0.%[3]d, overrides: {n: %[3]d, cluster: %[3]d}}
deploymentOrder: [c, a, b]
`, source, chart, rest))
	for _, m := range manifests {
		l.file("components/"+m.component+"/"+m.when+".yaml", fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {manifest: %q, value: '{{ (index .Values %q).n }}'}\n",
			m.when, fmt.Sprint(rest), m.component))
	}
}

// manifests are those of the recipe; each is a ConfigMap of its own release.
var manifests = []struct{ component, when string }{{"a", "pre"}, {"a", "post"}, {"b", "post"}}

// upToDate checks that manifests and values are those of a version.
func (l *life) upToDate(version int) {
	l.Helper()
	for _, m := range manifests {
		var got corev1.ConfigMap
		if err := l.Client.Get(l.Context(), client.ObjectKey{Namespace: m.component, Name: m.when}, &got); err != nil {
			l.Fatal(err)
		}
		if want := fmt.Sprint(version); got.Data["manifest"] != want || got.Data["value"] != want {
			l.Errorf("%s-%s has %v, want version %s", m.component, m.when, got.Data, want)
		}
	}
}

func (l *life) file(name, content string) {
	l.Helper()
	file := filepath.Join(l.dir, name)
	err := os.MkdirAll(filepath.Dir(file), 0o755)
	if err == nil {
		err = os.WriteFile(file, []byte(content), 0o600)
	}
	if err != nil {
		l.Fatal(err)
	}
}

func (l *life) bundle() *scenario.Bundle {
	l.Helper()
	l.n++
	o := l.o
	if o.OCISourceName != "" {
		o.Output = fmt.Sprintf("oci://%s/org/bundle:1.0.%d", l.Registry.Host, l.n)
		o.Sync.File = l.Git.Path(scenario.SyncPath) // the same in both modes, so that the owner stays
		if err := os.MkdirAll(filepath.Dir(o.Sync.File), 0o755); err != nil {
			l.Fatal(err)
		}
	}
	return l.BundleWith(o, scenario.Chart{Instant: true})
}
