package aicr_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/localformat"
	"github.com/aicr-flux/aicr/test/corpus"
)

// upstream is a puller of charts that all have the same files, in which NAME and
// VERSION are those of the chart asked for.
type upstream struct {
	tb    testing.TB
	files map[string]string
}

// everything is a puller of charts that use what charts use.
func everything(t *testing.T) upstream {
	t.Helper()
	parsed, err := txtar.ParseFile("testdata/upstream-chart.txtar")
	if err != nil {
		t.Fatal(err)
	}
	u := upstream{t, map[string]string{}}
	for _, f := range parsed.Files {
		u.files[f.Name] = string(f.Data)
	}
	return u
}

func (u upstream) pack(name, version string) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	w := tar.NewWriter(z)
	for _, file := range slices.Sorted(maps.Keys(u.files)) {
		data := strings.NewReplacer("NAME", name, "VERSION", version).Replace(u.files[file])
		if err := w.WriteHeader(&tar.Header{Name: name + "/" + file, Mode: 0o644, Size: int64(len(data))}); err != nil {
			u.tb.Fatal(err)
		}
		if _, err := w.Write([]byte(data)); err != nil {
			u.tb.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		u.tb.Fatal(err)
	}
	return out.Bytes()
}

// Pull implements localformat.ChartPuller.
func (u upstream) Pull(_ context.Context, c localformat.Component) (tgz []byte, rec localformat.VendorRecord, tarball string, err error) {
	name, version := path.Base(c.ChartName), strings.TrimPrefix(c.Version, "v")
	return u.pack(name, version), localformat.VendorRecord{PullerVersion: "stub"}, name + "-" + version + ".tgz", nil
}

// output is what Helm makes of a chart: texts by template, without the path of
// the chart that they are in, and CRDs.
type output struct{ templates, crds map[string]string }

// helm does with a chart what helm-controller does in a first install.
func helm(c *chart.Chart, hr *helmv2.HelmRelease, values map[string]any, below string) (output, error) {
	out := output{map[string]string{}, map[string]string{}}
	if err := chartutil.ProcessDependencies(c, values); err != nil {
		return out, err
	}
	options := common.ReleaseOptions{Name: hr.GetReleaseName(), Namespace: hr.GetReleaseNamespace(), Revision: 1, IsInstall: true}
	top, err := commonutil.ToRenderValues(c, values, options, common.DefaultCapabilities)
	if err != nil {
		return out, err
	}
	texts, err := engine.Render(c, top)
	for name, text := range texts {
		out.templates[strings.TrimPrefix(name, below)] = text
	}
	for _, crd := range c.CRDObjects() {
		out.crds[strings.TrimPrefix(filepath.ToSlash(crd.Filename), below)] = string(crd.File.Data)
	}
	return out, err
}

// composed are the values of a release, with those of its ConfigMap below.
func composed(t *testing.T, fsys fs.FS, hr *helmv2.HelmRelease) map[string]any {
	t.Helper()
	values := map[string]any{}
	if len(hr.Spec.ValuesFrom) > 0 {
		configMap := readFS[corev1.ConfigMap](t, fsys, hr.Name+"/configmap-values.yaml")
		if err := yaml.Unmarshal([]byte(configMap.Data["values.yaml"]), &values); err != nil {
			t.Fatal(err)
		}
	}
	return loader.MergeMaps(values, hr.GetValues())
}

func readFS[T any](t *testing.T, fsys fs.FS, name string) T {
	t.Helper()
	var v T
	data, err := fs.ReadFile(fsys, name)
	if err == nil {
		err = yaml.UnmarshalStrict(data, &v)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return v
}

// wrapperOf loads the wrapper chart in a directory of the bundle.
func wrapperOf(t *testing.T, fsys fs.FS, dir string) *chart.Chart {
	t.Helper()
	var files []*archive.BufferedFile
	err := fs.WalkDir(fsys, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Dir(name) == dir && entry.Name() != "Chart.yaml" && entry.Name() != "values.yaml" {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		files = append(files, &archive.BufferedFile{Name: strings.TrimPrefix(name, dir+"/"), Data: data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := loader.LoadFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// comparison is one release with its chart in a repository and in the bundle.
type comparison struct {
	release         string
	direct, wrapped output
	// directErr and wrappedErr are what Helm refuses.
	directErr, wrappedErr error
	// kubeVersion is what the outermost Chart.yaml wants, which Helm checks.
	kubeVersion [2]string
	// warnings are those of vendoring.
	warnings []string
}

// compare makes the bundle with and without its charts, and lets Helm render
// every upstream chart both ways.
func compare(t *testing.T, u upstream, o aicr.BundleOptions) []comparison {
	t.Helper()
	o.Output, o.VendorCharts = filepath.Join(t.TempDir(), "direct"), false
	bundle(t, o)
	direct := os.DirFS(o.Output)
	o.Output, o.VendorCharts = filepath.Join(t.TempDir(), "wrapped"), true
	o.Puller = u
	out := bundle(t, o)
	wrapped := os.DirFS(o.Output)
	files, err := fs.Glob(direct, "*/helmrelease.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all []comparison
	for _, file := range files {
		before := readFS[helmv2.HelmRelease](t, direct, file)
		if spec := before.Spec.Chart; spec == nil || spec.Spec.SourceRef.Kind != "HelmRepository" {
			continue
		}
		after := readFS[helmv2.HelmRelease](t, wrapped, file)
		name := path.Base(before.Spec.Chart.Spec.Chart)
		c, err := loader.LoadArchive(bytes.NewReader(u.pack(name, strings.TrimPrefix(before.Spec.Chart.Spec.Version, "v"))))
		if err != nil {
			t.Fatal(err)
		}
		one := comparison{release: before.Name, warnings: out.Warnings}
		one.direct, one.directErr = helm(c, &before, composed(t, direct, &before), name+"/")
		wrapper := wrapperOf(t, wrapped, before.Name)
		one.kubeVersion = [2]string{c.Metadata.KubeVersion, wrapper.Metadata.KubeVersion}
		one.wrapped, one.wrappedErr = helm(wrapper, &after, composed(t, wrapped, &after), name+"/charts/"+name+"/")
		all = append(all, one)
	}
	return all
}

// TestVendor_WrappersRenderAsTheirCharts on the real recipes: the same text in
// every template of the chart and of its subcharts, and the same CRDs.
func TestVendor_WrappersRenderAsTheirCharts(t *testing.T) {
	if testing.Short() {
		t.Skip("renders every chart of the corpus twice: not with -short")
	}
	compared := 0
	for _, rec := range corpus.Recipes(t) {
		t.Run(rec.Name, func(t *testing.T) {
			charts := compare(t, everything(t), aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}})
			for _, c := range charts {
				c.same(t)
			}
			compared += len(charts)
		})
	}
	if compared < 50 {
		t.Errorf("only %d charts are compared", compared)
	}
}

func (c comparison) same(t *testing.T) {
	t.Helper()
	if c.directErr != nil || c.wrappedErr != nil {
		t.Errorf("%s: in its repository: %v\nin the bundle: %v", c.release, c.directErr, c.wrappedErr)
		return
	}
	if diff := cmp.Diff(c.direct.templates, c.wrapped.templates); diff != "" {
		t.Errorf("%s (-in its repository +in the bundle):\n%s", c.release, diff)
	}
	if diff := cmp.Diff(c.direct.crds, c.wrapped.crds); diff != "" || len(c.direct.crds) == 0 {
		t.Errorf("%s: %d CRDs: %s", c.release, len(c.direct.crds), diff)
	}
}

// TestVendor_ValuesReachTheChart whatever they are about, from the HelmRelease
// and from the ConfigMap.
func TestVendor_ValuesReachTheChart(t *testing.T) {
	const (
		parts  = "charts/stubfirst/templates/part.yaml"
		inner  = "charts/stubfirst/charts/stubinner/templates/inner.yaml"
		second = "charts/stubsecond/templates/part.yaml"
		tagged = "charts/stubtagged/templates/tagged.yaml"
	)
	for name, c := range map[string]struct {
		values  string
		dynamic []string
		// has are texts that a template must have in it; absent are templates
		// that must not be there.
		has    map[string]string
		absent []string
	}{
		"nothing":          {"{}", nil, map[string]string{"templates/values.yaml": `text: "default"`, parts: `text: "from the chart"`}, []string{second, tagged}},
		"a value":          {"{stubText: mine, stubList: []}", nil, map[string]string{"templates/values.yaml": `templated: "web mine chart web-web"`}, nil},
		"a null":           {"{stubGone: null, stubMap: {gone: null}, stubfirst: {gone: null}}", nil, map[string]string{"templates/values.yaml": `gone: "is gone"`, parts: `gone: "is gone"`}, nil},
		"a map of nulls":   {"{stubMap: null}", nil, map[string]string{"templates/values.yaml": `mapKeys: ""`}, nil},
		"a global":         {"{global: {stubOwn: mine, stubMap: {b: 3}, other: {c: d}}}", nil, map[string]string{inner: `\"other\":{\"c\":\"d\"}`, parts: `global: "mine"`}, nil},
		"a global null":    {"{global: {stubMap: null}}", nil, nil, nil},
		"conditions":       {"{stubfirst: {enabled: false}, stubsecond: {enabled: true}}", nil, map[string]string{second: `text: "own"`}, []string{parts}},
		"deep conditions":  {"{stubfirst: {stubinner: {enabled: false}}}", nil, map[string]string{parts: "text"}, []string{inner}},
		"another one":      {"{stubmissing: {enabled: true}}", nil, map[string]string{second: "text"}, nil},
		"a subchart":       {"{stubfirst: {text: mine, stubinner: {depth: 9}}}", nil, map[string]string{parts: `text: "mine"`, inner: `depth: "9"`}, nil},
		"tags on":          {"{tags: {stubOn: true}}", nil, map[string]string{tagged: "tagged"}, nil},
		"tags off":         {"{tags: {stubOn: false, stubOff: true}}", nil, map[string]string{tagged: "tagged"}, nil},
		"a dynamic value":  {"{stubText: mine}", []string{"web:stubText"}, map[string]string{"templates/values.yaml": `text: "mine"`}, nil},
		"a dynamic global": {"{global: {stubOwn: mine, o: 1}}", []string{"web:global.stubOwn", "web:global.new"}, map[string]string{parts: `global: "mine"`}, nil},
		"a dynamic tag":    {"{tags: {stubOn: true}}", []string{"web:tags.stubOn", "web:tags.more"}, map[string]string{tagged: "tagged"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("web", "  overrides: "+c.values+"\n")}))
			o.DynamicValues = dynamic(c.dynamic...)
			got := compare(t, everything(t), o)[0]
			got.same(t)
			for template, text := range c.has {
				if !strings.Contains(got.wrapped.templates[template], text) {
					t.Errorf("%s lacks %q:\n%s", template, text, got.wrapped.templates[template])
				}
			}
			for _, template := range c.absent {
				if _, ok := got.wrapped.templates[template]; ok {
					t.Errorf("%s is there", template)
				}
			}
		})
	}
}

const plainChart = "apiVersion: v2\nname: web\nversion: 1.0.0\n"

// TestVendor_TagsAreRaisedOnlyForTaggedCharts: to others tags are a value like
// any other. In the ConfigMap a hint stands where Helm looks.
func TestVendor_TagsAreRaisedOnlyForTaggedCharts(t *testing.T) {
	for name, c := range map[string]struct {
		u    upstream
		want string
	}{
		"tagged": {everything(t), "{web: {tags: {a: true}}, tags: {a: true}}"},
		"plain":  {upstream{t, map[string]string{"Chart.yaml": plainChart}}, "{web: {tags: {a: true}}}"},
	} {
		t.Run(name, func(t *testing.T) {
			o := options(tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("web", "  overrides: {tags: {a: true}}\n")}))
			o.VendorCharts, o.DynamicValues, o.Puller = true, dynamic("web:tags.b"), c.u
			bundle(t, o)
			fsys := os.DirFS(o.Output)
			hr := readFS[helmv2.HelmRelease](t, fsys, "web/helmrelease.yaml")
			same(t, c.want, hr.GetValues())
			hints := readFS[corev1.ConfigMap](t, fsys, "web/configmap-values.yaml").Data["values.yaml"]
			if strings.Contains(hints, "# tags.b") != (name == "tagged") || !strings.Contains(hints, "# web.tags.b") {
				t.Errorf("%s", hints)
			}
		})
	}
}

// TestVendor_WhatAWrapperChanges, and nothing that aicr writes can: Helm treats
// a chart inside another so. Only templates that look for it see a difference.
func TestVendor_WhatAWrapperChanges(t *testing.T) {
	render := func(t *testing.T, files map[string]string) comparison {
		t.Helper()
		o := options(tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("web", "  overrides: {a: {b: 1}}\n")}))
		return compare(t, upstream{t, with(map[string]string{"Chart.yaml": plainChart}, files)}, o)[0]
	}
	for name, c := range map[string]struct{ values, template, direct, wrapped string }{
		"it is no root":                        {"", `{{ .Chart.IsRoot }}`, "true", "false"},
		"its templates are further down":       {"", `{{ .Template.BasePath }}`, "web/templates", "web/charts/web/templates"},
		"there is always a map of globals":     {"", `{{ .Values.global | toJson }}`, "null", "{}"},
		"nulls of its own stay within maps":    {"a: {b: 0, c: null}", `{{ .Values.a | toJson }}`, `{"b":1}`, `{"b":1,"c":null}`},
		"though its templates read the same":   {"a: {b: 0, c: null}", `{{ .Values.a.c | default "none" }}`, "none", "none"},
		"and the other nulls go as they do":    {"c: null", `{{ omit .Values "global" | toJson }}`, `{"a":{"b":1}}`, `{"a":{"b":1}}`},
		"a checksum of values with globals is": {"", `{{ .Values | toJson }}`, `{"a":{"b":1}}`, `{"a":{"b":1},"global":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			got := render(t, map[string]string{"values.yaml": c.values, "templates/seen.yaml": "seen: " + c.template})
			if err := errors.Join(got.directErr, got.wrappedErr); err != nil {
				t.Fatal(err)
			}
			texts := []string{got.direct.templates["templates/seen.yaml"], got.wrapped.templates["templates/seen.yaml"]}
			if diff := cmp.Diff([]string{"seen: " + c.direct, "seen: " + c.wrapped}, texts); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a requirement on Kubernetes is not checked", func(t *testing.T) {
		got := render(t, map[string]string{"Chart.yaml": plainChart + "kubeVersion: '>=9.0.0'\n"})
		if got.kubeVersion[0] != ">=9.0.0" || got.kubeVersion[1] != "" {
			t.Errorf("%q", got.kubeVersion)
		}
	})
}

// TestVendor_ASchemaWithoutGlobalIsWarnedOf, because Helm then refuses the
// wrapper, and only then.
func TestVendor_ASchemaWithoutGlobalIsWarnedOf(t *testing.T) {
	for schema, refused := range map[string]bool{
		`{"additionalProperties": false, "properties": {"a": {}}}`:                                       true,
		`{"additionalProperties": false, "properties": {"a": {}, "global": {}}}`:                         false,
		`{"additionalProperties": false, "properties": {"a": {}}, "patternProperties": {"^g": {}}}`:      false,
		`{"additionalProperties": false, "properties": {"a": {}}, "patternProperties": {"^other$": {}}}`: true,
		`{"properties": {"a": {}}}`: false,
	} {
		o := options(tree(t, map[string]string{"recipe.yaml": "componentRefs:\n" + chartOf("web", "  overrides: {a: {b: 1}}\n")}))
		u := upstream{t, map[string]string{"Chart.yaml": plainChart, "values.schema.json": schema}}
		got := compare(t, u, o)[0]
		if got.directErr != nil || (got.wrappedErr != nil) != refused {
			t.Errorf("%s\nin its repository: %v\nin the bundle: %v", schema, got.directErr, got.wrappedErr)
		}
		warned := slices.ContainsFunc(got.warnings, func(w string) bool { return strings.Contains(w, "refuses the key global") })
		if warned != refused {
			t.Errorf("%s: warnings %q", schema, got.warnings)
		}
	}
}
