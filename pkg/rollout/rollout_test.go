package rollout_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

// read reads a bundle that is written as a txtar archive.
func read(t *testing.T, archive string) *rollout.Rollout {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, file := range txtar.Parse([]byte(archive)).Files {
		fsys[file.Name] = &fstest.MapFile{Data: file.Data, Mode: 0o644}
	}
	r, err := rollout.Read(t.Context(), fsys, rollout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const release = `
-- kustomization.yaml --
resources:
- a/release.yaml
-- a/release.yaml --
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: gpu-operator, namespace: flux-system}
spec:
`

func TestReleaseHasTheDefaultsOfHelmController(t *testing.T) {
	long := strings.Repeat("n", 40)
	for _, c := range []struct {
		name, spec               string
		release, target, storage string
	}{
		{"nothing said", "  interval: 1m", "gpu-operator", "flux-system", "flux-system"},
		{"a target", "  targetNamespace: gpu", "gpu-gpu-operator", "gpu", "flux-system"},
		{"all said", "  targetNamespace: gpu\n  storageNamespace: store\n  releaseName: g", "g", "gpu", "store"},
		// helm-controller's own ShortenName: 40 characters, a dash, 12 digits of the SHA-256.
		{"too long for Helm", "  targetNamespace: " + long + "-x", long + "-e33be83f3c85", long + "-x", "flux-system"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := read(t, release+c.spec+"\n")
			if len(r.Releases) != 1 {
				t.Fatalf("%d releases, broken: %v", len(r.Releases), r.Broken)
			}
			got := []string{r.Releases[0].ReleaseName, r.Releases[0].TargetNamespace, r.Releases[0].StorageNamespace}
			if diff := cmp.Diff([]string{c.release, c.target, c.storage}, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestEntries(t *testing.T) {
	r := read(t, `
-- kustomization.yaml --
resources:
- a.yaml
- base
- bare
- missing.yaml
- ../up.yaml
- /etc/passwd
- https://example.com/x.yaml
-- a.yaml --
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: one}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: two}}
-- base/kustomization.yaml --
namePrefix: x-
resources: [b.yaml]
-- base/b.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: three}
---
# nothing
---
apiVersion: v1
kind: ConfigMap
metadata: {name: four}
-- bare/c.yaml --
`)
	var states []rollout.EntryState
	for _, e := range r.Listing.Entries {
		states = append(states, e.State)
	}
	want := []rollout.EntryState{
		rollout.EntryFile, rollout.EntryKustomization, rollout.EntryFile, rollout.EntryBareDir, rollout.EntryMissing,
		rollout.EntryOutside, rollout.EntryOutside, rollout.EntryRemote,
	}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("entries (-want +got)\n%s", diff)
	}
	var names []string
	for _, o := range r.Objects {
		names = append(names, o.Name)
	}
	if diff := cmp.Diff([]string{"one", "two", "three", "four"}, names); diff != "" {
		t.Errorf("objects (-want +got)\n%s", diff)
	}
	if r.Listing.Plain {
		t.Error("the listing is plain; a prefix changes objects")
	}
}

func TestWhatKustomizeTakesForARepository(t *testing.T) {
	for entry, want := range map[string]rollout.EntryState{
		"https://example.com/a.yaml":            rollout.EntryRemote,
		"github.com/fluxcd/flux2/manifests":     rollout.EntryRemote,
		"git@example.com:org/repo":              rollout.EntryRemote,
		"git.example.com/org/repo//base?ref=v1": rollout.EntryRemote,
		"example.com/a.yaml":                    rollout.EntryMissing,
		"github.example/helmrelease.yaml":       rollout.EntryMissing,
		"github.com/here.yaml":                  rollout.EntryFile,
	} {
		r := read(t, "-- kustomization.yaml --\nresources: ['"+entry+"']\n-- github.com/here.yaml --\n")
		if got := r.Listing.Entries[0].State; got != want {
			t.Errorf("%s is taken for %v, want %v", entry, got, want)
		}
	}
}

func TestListsAndObjectsForTools(t *testing.T) {
	r := read(t, `-- kustomization.yaml --
resources: [a.yaml]
-- a.yaml --
apiVersion: v1
kind: ConfigMapList
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: one}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: two}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: three, annotations: {config.kubernetes.io/local-config: "true"}}
---
apiVersion: example.com/v1
kind: ShoppingList
metadata: {name: four}
`)
	var names []string
	for _, o := range r.Objects {
		names = append(names, o.Name)
	}
	if diff := cmp.Diff([]string{"one", "two", "four"}, names); diff != "" || len(r.Broken) > 0 {
		t.Errorf("objects (-want +got)\n%s%v", diff, r.Broken)
	}
}

func TestPlaceIsWhereTheFieldIs(t *testing.T) {
	r := read(t, release+`  dependsOn:
  - name: one
  - name: two
    namespace: other
  chart:
    spec:
      version: "1"
`)
	for _, c := range []struct {
		path []any
		want string
	}{
		{[]any{"spec", "dependsOn", 1}, "a/release.yaml:7: HelmRelease flux-system/gpu-operator: spec.dependsOn[1]"},
		{[]any{"spec", "chart", "spec", "version"}, "a/release.yaml:11: HelmRelease flux-system/gpu-operator: spec.chart.spec.version"},
		{[]any{"spec", "chart", "spec", "gone"}, "a/release.yaml:10: HelmRelease flux-system/gpu-operator: spec.chart.spec.gone"},
		{[]any{"metadata", "annotations", "a.b/c"}, `a/release.yaml:3: HelmRelease flux-system/gpu-operator: metadata.annotations["a.b/c"]`},
	} {
		if got := r.Releases[0].Place(c.path...).String(); got != c.want {
			t.Errorf("got %s\nwant %s", got, c.want)
		}
	}
}

func TestCompose(t *testing.T) {
	r := read(t, `
-- kustomization.yaml --
resources: [a.yaml]
-- a.yaml --
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: a, namespace: flux-system}
spec:
  valuesFrom:
  - {kind: ConfigMap, name: first}
  - {kind: ConfigMap, name: second, valuesKey: x.yaml}
  - {kind: ConfigMap, name: none, optional: true}
  - {kind: ConfigMap, name: missing}
  - {kind: Secret, name: hidden}
  values: {a: {inline: 1}, unset: null}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: first, namespace: flux-system}
data: {values.yaml: "a: {first: 1, second: 1, inline: 0}\nunset: 1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: second, namespace: flux-system}
data: {x.yaml: "a: {second: 2}"}
`)
	values, problems := r.Compose(r.Releases[0])
	want := map[string]any{"a": map[string]any{"first": int64(1), "second": int64(2), "inline": int64(1)}, "unset": nil}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	var texts []string
	for _, p := range problems {
		texts = append(texts, p.Path+" "+p.Text)
	}
	if diff := cmp.Diff([]string{
		"spec.valuesFrom[3] the bundle does not hold ConfigMap flux-system/missing",
		"spec.valuesFrom[4] the values of Secret flux-system/hidden are not in the bundle as a whole",
	}, texts); diff != "" {
		t.Errorf("problems (-want +got)\n%s", diff)
	}
}

func TestChartSource(t *testing.T) {
	archive := release + `  chart:
    spec:
      chart: ./clusters/a/local
      sourceRef: {kind: GitRepository, name: repo}
-- local/Chart.yaml --
name: local
-- local/templates/x.yaml --
`
	for _, c := range []struct {
		path, repositoryPath string
		origin               rollout.Origin
	}{
		{"", "clusters/a", rollout.OriginGit},
		{"clusters/a", "clusters/a", rollout.OriginGit},
		{"clusters/b", "", rollout.OriginMissing},
		{".", "", rollout.OriginMissing},
	} {
		r := read(t, archive)
		got := r.ChartSource(r.Releases[0], c.path)
		if got.Origin != c.origin || got.RepositoryPath != c.repositoryPath {
			t.Errorf("at %q: origin %v in %q, want %v in %q", c.path, got.Origin, got.RepositoryPath, c.origin, c.repositoryPath)
		}
		if got.Local() && (got.Dir != "local" || len(got.Files) != 2 || got.Files["templates/x.yaml"] != "local/templates/x.yaml") {
			t.Errorf("at %q: %q with %v", c.path, got.Dir, got.Files)
		}
	}
}

// TestCopyRules follows the table in the comment of Compose.
func TestCopyRules(t *testing.T) {
	for _, c := range []struct {
		name, rules, want string
	}{
		{"a file into a directory", `[{from: "@bundle/d/f", to: "@artifact/x/"}]`, "x/f=d/f"},
		{"a file to a name", `[{from: "@bundle/d/f", to: "@artifact/x"}]`, "x=d/f"},
		{"a file to a directory that is there", `[{from: "@bundle/d/s/g", to: "@artifact/x/"}, {from: "@bundle/d/f", to: "@artifact/x"}]`, "x/f=d/f x/g=d/s/g"},
		{"a directory", `[{from: "@bundle/d", to: "@artifact/x"}]`, "x/d/f=d/f x/d/s/g=d/s/g"},
		{"what is in a directory", `[{from: "@bundle/d/**", to: "@artifact/x"}]`, "x/f=d/f x/s/g=d/s/g"},
		{"another glob", `[{from: "@bundle/d/*", to: "@artifact/x"}]`, "x/d/f=d/f x/d/s/g=d/s/g"},
		{"no match", `[{from: "@bundle/e/*", to: "@artifact/x"}]`, "! nothing matches"},
		{"no file", `[{from: "@bundle/e", to: "@artifact/x"}]`, "! not in the bundle"},
		{"unknown alias", `[{from: "@other/d", to: "@artifact/x"}]`, `! no source with the alias "other"`},
		{"no alias", `[{from: "d", to: "@artifact/x"}]`, "! not of the form"},
		{"out of the artifact", `[{from: "@bundle/d", to: "@artifact/../x"}]`, "! not a path in @artifact/"},
		{"merge", `[{from: "@bundle/d", to: "@artifact/x", strategy: Merge}]`, "! only a plain copy"},
		{"what Flux ignores", `[{from: "@bundle/i/**", to: "@artifact/"}]`, "f=i/f"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := read(t, `
-- kustomization.yaml --
resources: [a.yaml]
-- d/f --
-- d/s/g --
-- i/f --
-- i/logo.png --
-- a.yaml --
apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata: {name: a, namespace: flux-system}
spec:
  sources: [{alias: bundle, kind: OCIRepository, name: aicr-bundle}]
  artifacts: [{name: chart, copy: `+c.rules+`}]
`)
			files, problems, _ := r.Artifact(rollout.Ref{Kind: "ExternalArtifact", Namespace: "flux-system", Name: "chart"}).Compose(r.Tree, "")
			var got []string
			for to, from := range files {
				got = append(got, to+"="+from)
			}
			slices.Sort(got)
			if want, refused := strings.CutPrefix(c.want, "! "); refused {
				if len(problems) != 1 || !strings.Contains(problems[0].Text, want) {
					t.Errorf("problems %v, want %q", problems, want)
				}
				return
			}
			if len(problems) > 0 || strings.Join(got, " ") != c.want {
				t.Errorf("got %v, problems %v, want %s", got, problems, c.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("resources: [a.yaml]", "a: &a [*a]")
	f.Add("resources: [a.yaml]", release)
	f.Add("resources: [{a: b}, ..]", "apiVersion: v1\nkind: List\nitems: [1, {kind: x, apiVersion: v1, metadata: {name: 18446744073709551615}}]")
	f.Fuzz(func(t *testing.T, listing, object string) {
		r, err := rollout.Read(t.Context(), fstest.MapFS{
			"kustomization.yaml": {Data: []byte(listing)}, "a.yaml": {Data: []byte(object)},
		}, rollout.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, release := range r.Releases {
			r.ChartSource(release, "")
			r.Compose(release)
		}
	})
}
