package aicr_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/diff"
	"github.com/aicr-flux/aicr/pkg/localformat"
)

// seeded is what the cases of Diff begin with: see testdata/diff.txtar.
type seeded struct {
	t     *testing.T
	files map[string]string
}

func seed(t *testing.T) seeded {
	t.Helper()
	parsed, err := txtar.ParseFile("testdata/diff.txtar")
	if err != nil {
		t.Fatal(err)
	}
	s := seeded{t, map[string]string{}}
	for _, f := range parsed.Files {
		s.files[f.Name] = string(f.Data)
	}
	return s
}

// Pull implements localformat.ChartPuller.
func (s seeded) Pull(ctx context.Context, c localformat.Component) ([]byte, localformat.VendorRecord, string, error) {
	name, version := path.Base(c.ChartName), strings.TrimPrefix(c.Version, "v")
	chart := upstream{s.t, map[string]string{}}
	for _, layer := range []string{"base", version} {
		for file, data := range s.files {
			if rest, ok := strings.CutPrefix(file, "charts/"+name+"/"+layer+"/"); ok {
				chart.files[rest] = data
			}
		}
	}
	return chart.Pull(ctx, c)
}

// options are those of a bundle of the recipe, with its texts replaced.
func (s seeded) options(replace ...string) aicr.BundleOptions {
	s.t.Helper()
	files := map[string]string{}
	for name, data := range s.files {
		if !strings.HasPrefix(name, "charts/") {
			files[name] = data
		}
	}
	replaced := 0
	for i := 0; i < len(replace); i += 2 {
		for name, data := range files {
			if strings.Contains(data, replace[i]) {
				files[name] = strings.ReplaceAll(data, replace[i], replace[i+1])
				replaced++
			}
		}
	}
	if replaced < len(replace)/2 {
		s.t.Fatalf("not all of %q is there", replace)
	}
	o := options(tree(s.t, files))
	o.RepoURL, o.RepoPath, o.Puller = "https://git.example.com/org/repo.git", "bundles/a", s
	return o
}

// diffCase is a change of a bundle.
type diffCase struct {
	name string
	// both are options of both sides, replace texts of the new side's recipe and data, and with are
	// options of the new side.
	both    func(*aicr.BundleOptions)
	replace []string
	with    func(*aicr.BundleOptions)
	// before and after are edits by hand of the written bundles: a file, what stands there and what
	// shall stand there.
	before, after [][3]string
	charts        bool
}

var (
	withCharts = func(o *aicr.BundleOptions) { o.VendorCharts = true }
	asArtifact = func(o *aicr.BundleOptions) { o.OCISourceName, o.RepoURL, o.RepoPath = "bundle", "", "" }
	graphOrder = func(o *aicr.BundleOptions) { o.Ordering = "graph" }
)

const (
	gpuRelease    = "gpu-operator/helmrelease.yaml"
	webRelease    = "web/helmrelease.yaml"
	tuningRelease = "tuning/helmrelease.yaml"
	preRelease    = "gpu-operator-pre/helmrelease.yaml"
	listingFile   = "kustomization.yaml"
)

// more is a file that a bundle lists besides its own.
func more(content string) [][3]string {
	return [][3]string{{"more.yaml", "", content}, {listingFile, "resources:\n", "resources:\n  - more.yaml\n"}}
}

func diffCases() []diffCase {
	return []diffCase{
		{name: "a version of a chart", replace: []string{"version: 1.0.0\n    overrides:\n", "version: 1.1.0\n    overrides:\n"}},
		{name: "a version of a chart that is pulled", replace: []string{"version: 1.0.0\n    overrides:\n", "version: 1.1.0\n    overrides:\n"}, charts: true},
		{name: "an older version", both: withCharts, replace: []string{"version: 1.0.0\n    overrides:\n", "version: 0.9.0\n    overrides:\n"}},
		{name: "a vendored version with other CRDs", both: withCharts, replace: []string{"version: 1.0.0\n    overrides:\n", "version: 2.0.0\n    overrides:\n"}},
		{name: "other CRDs that Flux leaves alone", both: func(o *aicr.BundleOptions) { o.VendorCharts, o.CRDs = true, "create" }, replace: []string{"version: 1.0.0\n    overrides:\n", "version: 2.0.0\n    overrides:\n"}},
		{name: "a selector that cannot change", both: withCharts, replace: []string{"version: 1.0.0\n    overrides:\n", "version: 3.0.0\n    overrides:\n"}},
		{name: "a value without its chart", with: func(o *aicr.BundleOptions) { o.Set = set("gpu-operator:driver.version=580.2") }},
		{name: "a value that restarts pods", both: withCharts, with: func(o *aicr.BundleOptions) { o.Set = set("gpu-operator:driver.version=580.2") }},
		{name: "a value that scales", both: withCharts, with: func(o *aicr.BundleOptions) { o.Set = set("gpu-operator:replicas=3") }},
		{name: "a value of which no object is made", both: withCharts, with: func(o *aicr.BundleOptions) { o.Set = set("gpu-operator:unused=true") }},
		{name: "an item of a list", both: withCharts, replace: []string{"{name: B, value: two}", "{name: B, value: changed}"}},
		{name: "the order of a list", both: withCharts, replace: []string{"[{name: A, value: one}, {name: B, value: two}]", "[{name: B, value: two}, {name: A, value: one}]"}},
		{name: "text of several lines", both: withCharts, replace: []string{"        second\n", "        2nd\n"}},
		{name: "a secret", both: withCharts, with: func(o *aicr.BundleOptions) {
			o.Set = set("gpu-operator:adminPassword=a-new-secret-of-mine", "gpu-operator:dsn=postgres://me:pw-42@db")
		}},
		{name: "an image", replace: []string{`version: "1.1"`, `version: "1.2"`}},
		{name: "an image that pods need", both: withCharts, replace: []string{`version: "1.1"`, `version: "1.2"`}},
		{name: "a template of random numbers", both: withCharts, with: func(o *aicr.BundleOptions) { o.Set = set("web:unused=true") }},
		{name: "a manifest", replace: []string{"profile: default", "profile: fast"}},
		{name: "a manifest in an artifact", both: asArtifact, replace: []string{"profile: default", "profile: fast"}},
		{name: "a value of manifests", with: func(o *aicr.BundleOptions) { o.Set = set("tuning:size=large") }},
		{name: "a claim that cannot change", replace: []string{"storageClassName: fast", "storageClassName: slow"}},
		{name: "a component less", with: func(o *aicr.BundleOptions) { o.Set = set("tuning:enabled=false") }},
		{name: "a component less, without its chart", with: func(o *aicr.BundleOptions) { o.Set = set("web:enabled=false") }},
		{name: "a component more", replace: []string{"deploymentOrder: [gpu-operator,", "  - name: site\n    namespace: site\n    source: https://more.example.com\n    version: 1.0.0\ndeploymentOrder: [gpu-operator, site,"}},
		{name: "a vendored component less, with a CRD in its templates", both: withCharts, with: func(o *aicr.BundleOptions) { o.Set = set("web:enabled=false") }},
		{name: "another namespace", replace: []string{"namespace: web\n", "namespace: site\n"}},
		{name: "another namespace, with a CRD in the templates", both: withCharts, replace: []string{"namespace: web\n", "namespace: site\n"}},
		{name: "another release name by hand", after: [][3]string{{webRelease, "releaseName: web", "releaseName: site"}}},
		{name: "another storage namespace by hand", after: [][3]string{{webRelease, "storageNamespace: web", "storageNamespace: flux-system"}}},
		{name: "another chart name by hand", after: [][3]string{{webRelease, "chart: web\n", "chart: site\n"}}},
		{name: "names as AICR has them", with: func(o *aicr.BundleOptions) { o.ReleaseNames = deployer.NamesAICR }},
		{name: "another order", with: graphOrder},
		{name: "another wait by hand", after: [][3]string{{tuningRelease, "    - name: web\n", "    - name: gpu-operator\n"}}},
		{name: "an interval", with: func(o *aicr.BundleOptions) { o.Settings.Interval = 3600e9 }},
		{name: "a timeout by hand", after: [][3]string{{webRelease, "timeout: 15m", "timeout: 20m"}}},
		{name: "another chart repository", with: func(o *aicr.BundleOptions) {
			o.RegistryRewrite = []string{"https://charts.example.com=https://mirror.example.com"}
		}},
		{name: "Secrets for sources", with: func(o *aicr.BundleOptions) { o.ChartRepoSecrets = map[string]string{"charts.example.com": "charts"} }},
		{name: "a value from a Secret", with: func(o *aicr.BundleOptions) {
			o.SecretValues = []aicr.SecretValue{{Component: "web", SecretValue: deployer.SecretValue{Path: "token", Secret: "web", Key: "token"}}}
		}},
		{name: "a dynamic value", with: func(o *aicr.BundleOptions) { o.DynamicValues = dynamic("gpu-operator:driver.version") }},
		{name: "a dynamic value that is edited", both: func(o *aicr.BundleOptions) { o.DynamicValues = dynamic("gpu-operator:driver.version") }, after: [][3]string{{"gpu-operator/configmap-values.yaml", "570.1", "999.9"}}},
		{name: "charts in the bundle", with: withCharts},
		{name: "from Git to an artifact", with: asArtifact},
		{name: "a suspended release", after: [][3]string{{webRelease, "  interval: 30m\n", "  interval: 30m\n  suspend: true\n"}, {webRelease, "version: 1.0.0", "version: 1.1.0"}}},
		{name: "a suspended release less", before: [][3]string{{tuningRelease, "  interval: 30m\n", "  interval: 30m\n  suspend: true\n"}}, with: func(o *aicr.BundleOptions) { o.Set = set("tuning:enabled=false") }},
		{name: "a release that is not pruned less", before: [][3]string{{tuningRelease, "metadata:\n", "metadata:\n  annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}\n"}}, with: func(o *aicr.BundleOptions) { o.Set = set("tuning:enabled=false") }},
		{name: "a template by hand, and no version", after: [][3]string{{"gpu-operator-pre/templates/profile.yaml", "default", "fast"}}},
		{name: "a post-renderer by hand", after: [][3]string{{webRelease, "  values:\n", "  postRenderers: [{kustomize: {images: [{name: web, newTag: x}]}}]\n  values:\n"}}},
		{name: "a Namespace less by hand", before: more("apiVersion: v1\nkind: Namespace\nmetadata: {name: shared}\n")},
		{name: "a Namespace more by hand", after: more("apiVersion: v1\nkind: Namespace\nmetadata: {name: shared, labels: {a: b}}\n")},
		{name: "an object by hand", before: more("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: web}\ndata: {a: b}\n"), after: more("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: web}\ndata: {a: c}\n")},
		{name: "a CRD less by hand", before: more("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x.example.com}\nspec: {scope: Cluster}\n")},
		{name: "a variable by hand", after: more("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: web}\ndata: {a: '${CLUSTER_NAME} ${REGION:=eu}'}\n")},
		{name: "a source by hand", after: [][3]string{{"sources/gitrepo-git-example-com-org-repo.yaml", "branch: main", "branch: next"}}},
	}
}

// side writes a bundle with edits by hand.
func (s seeded) side(o aicr.BundleOptions, edits [][3]string) string {
	s.t.Helper()
	bundle(s.t, o)
	for _, edit := range edits {
		file := filepath.Join(o.Output, edit[0])
		data, err := os.ReadFile(file)
		if err != nil && edit[1] != "" {
			s.t.Fatal(err)
		}
		if !strings.Contains(string(data), edit[1]) {
			s.t.Fatalf("%s has no %q:\n%s", edit[0], edit[1], data)
		}
		if err := os.WriteFile(file, []byte(strings.Replace(string(data), edit[1], edit[2], 1)), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
	return o.Output
}

func (s seeded) diff(from, to string, charts bool) diff.Report {
	s.t.Helper()
	report, _, err := aicr.Diff(s.t.Context(), aicr.DiffOptions{Old: from, New: to, BundleOptions: aicr.BundleOptions{Puller: s}, Charts: charts})
	if err != nil {
		s.t.Fatal(err)
	}
	report.Old, report.New = "OLD", "NEW"
	return report
}

// TestDiff_SaysWhatHappens holds what is said of each change against testdata/diff-effects.txt, the
// report against its schema, and what is equal against nothing.
func TestDiff_SaysWhatHappens(t *testing.T) {
	if testing.Short() {
		t.Skip("short: the race detector finds nothing in more of the same")
	}
	const expected = "testdata/diff-effects.txt"
	schema := compile(t)
	var said strings.Builder
	for _, c := range diffCases() {
		t.Run(c.name, func(t *testing.T) {
			s := seed(t)
			old, now := s.options(), s.options(c.replace...)
			for _, o := range []*aicr.BundleOptions{&old, &now} {
				if c.both != nil {
					c.both(o)
				}
			}
			if c.with != nil {
				c.with(&now)
			}
			from, to := s.side(old, c.before), s.side(now, c.after)
			report := s.diff(from, to, c.charts)
			if report.Same != (len(report.Effects) == 0) {
				t.Errorf("same: %v, and %d effects", report.Same, len(report.Effects))
			}
			fmt.Fprintf(&said, "# %s\n", c.name)
			for _, e := range report.Effects {
				fmt.Fprintf(&said, "%s: %s\n", e.Severity, strings.TrimSpace(e.Release+" "+e.Text))
			}
			for _, note := range report.Notes {
				fmt.Fprintf(&said, "not known: %s\n", note)
			}
			said.WriteString("\n")
			holds(t, schema, report)
			if same := s.diff(to, to, c.charts); !same.Same {
				t.Errorf("a bundle differs from itself: %v", same.Effects)
			}
			if back := s.diff(to, from, c.charts); back.Same != report.Same {
				t.Errorf("one way there is a difference, and the other way there is none: %v", report.Effects)
			}
			if c.before != nil || c.after != nil {
				return
			}
			now.Output, now.Force, now.Reinstall = from, true, true
			bundle(t, now)
			if same := s.diff(from, to, c.charts); !same.Same {
				t.Errorf("applied, and there is still a difference: %v", same.Effects)
			}
		})
	}
	if t.Failed() {
		return
	}
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(expected, []byte(said.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(expected)
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(said.String(), "\n")); difference != "" {
		t.Errorf("(-want +got)\n%s", difference)
	}
}

// compile reads the published schema.
func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../../docs/schemas/diff.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func holds(t *testing.T, schema *jsonschema.Schema, report diff.Report) {
	t.Helper()
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%v\n%s", err, data)
	}
}

// TestDiff_TellsNoSecret: secrets stand in values, in Secrets and in what is made of them.
func TestDiff_TellsNoSecret(t *testing.T) {
	s := seed(t)
	old, now := s.options("motd: |", "adminPassword: an-old-secret-of-mine\n      motd: |"), s.options("correct-horse", "battery-staple", "x9Qz", "y8Rw", "        second\n", "        log in with a-new-secret-of-mine\n")
	withCharts(&old)
	withCharts(&now)
	now.Set = set("gpu-operator:adminPassword=a-new-secret-of-mine", "gpu-operator:dsn=postgres://me:pw-42@db")
	report := s.diff(s.side(old, nil), s.side(now, nil), false)
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"an-old-secret-of-mine", "a-new-secret-of-mine", "correct-horse", "battery-staple", "x9Qz", "y8Rw", "pw-42"} {
		if strings.Contains(string(data), secret) {
			t.Errorf("%s is told", secret)
		}
	}
	if !slices.ContainsFunc(report.Releases, func(r diff.Release) bool {
		return slices.ContainsFunc(r.Values, func(f diff.Field) bool { return f.Path == "adminPassword" && f.Change == diff.Changed })
	}) {
		t.Errorf("that a secret changes is not told: %s", data)
	}
}
