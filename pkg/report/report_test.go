package report_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/images"
	"github.com/aicr-flux/aicr/pkg/report"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/test/corpus"
)

// page makes the page of a bundle of these files.
func page(t *testing.T, files map[string]string, change func(*report.Input)) string {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	read, err := rollout.Read(t.Context(), fsys, rollout.Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := report.Input{Name: "a", Rollout: read, Redact: verify.Redactor(t.Context(), read)}
	if in.Verified, err = verify.Rollout(t.Context(), read, verify.Options{}); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&in)
	}
	made, err := report.HTML(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(made)
}

const (
	release = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: flux-system}
spec:
  interval: 30m
  targetNamespace: shop
  chart: {spec: {chart: web, version: 1.2.3, sourceRef: {kind: HelmRepository, name: repo}}}
  valuesFrom:
  - {kind: ConfigMap, name: web-values}
  - {kind: Secret, name: hidden, valuesKey: password, targetPath: db.pass}
  values: {adminPassword: hush-hush-hush, api: {token: abc}, replicas: 3, note: "see hush-hush-hush", dsn: "postgres://me:pw-42@db"}
`
	local = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web-post, namespace: flux-system}
spec:
  interval: 30m
  targetNamespace: shop
  dependsOn: [{name: web}]
  chart: {spec: {chart: ./web-post, version: 0.1.0, sourceRef: {kind: GitRepository, name: git}}}
`
	configMap = `apiVersion: v1
kind: ConfigMap
metadata: {name: web-values, namespace: flux-system}
data:
  values.yaml: |
    driver: {licenseKey: very-secret-key}
    size: large
`
	repository = `apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: repo, namespace: flux-system}
spec: {url: "https://user:hush-hush-hush@charts.example.com/web", interval: 1h}
`
)

func shop() map[string]string {
	return map[string]string{
		"kustomization.yaml": "resources: [web/helmrelease.yaml, web/configmap-values.yaml, web-post/helmrelease.yaml, repo.yaml]\n",
		"repo.yaml":          repository, "web/helmrelease.yaml": release, "web/configmap-values.yaml": configMap, "web-post/helmrelease.yaml": local,
		"web-post/Chart.yaml":               "apiVersion: v2\nname: web-post\nversion: 0.1.0\n",
		"web-post/templates/settings.yaml":  "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: hush-hush-hush}\n",
		"web-post/templates/password.yaml":  "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: in-a-template}\n",
		"web-post/templates/very-long.yaml": strings.Repeat("# a line of a long file that nobody reads\n", 5000),
		"aicr.yaml":                         "options: {set: [web:adminPassword=hush-hush-hush]}\n",
		"bundle-info.yaml":                  "apiVersion: aicr.run/v1\nkind: BundleInfo\nmetadata: {version: 9.9.9}\nbuild: {settings: {serial: true, repoURL: 'https://github.com/org/repo.git'}}\n",
		"recipe.yaml":                       "kind: RecipeResult\ncriteria: {service: eks, accelerator: h100}\nconstraints: [{name: K8s.server.version, value: '>= 1.34'}]\n",
	}
}

func TestThePageSaysWhatIsThere(t *testing.T) {
	made := page(t, shop(), func(in *report.Input) {
		in.Images = &images.Report{Images: []images.Image{{Reference: "docker.io/library/web:1", Releases: []string{"web"}, Source: images.SourceManifest}}}
		in.Spell = func(text string) string { return strings.ReplaceAll(text, "valuesFrom", "--spelt") }
	})
	for _, want := range []string{
		"<strong>2 releases of 1 component in 1 wave</strong>", "https://charts.example.com/web", "replicas: 3", "size: large", "[from a Secret of the cluster]",
		"Secret flux-system/hidden, key password, at db.pass", `<a href="#release-web">web</a>`, "manifests after web", "kind: ConfigMap",
		"holds a Secret, so its text is not shown here", "more lines in <code>web-post/templates/very-long.yaml</code>", "docker.io/library/web:1",
		"aicr 9.9.9", "chain: one component after the other", "eks, h100", "<li>Kubernetes &gt;= 1.34</li>", "secret-in-clear", "by --spelt with kind: Secret",
	} {
		if !strings.Contains(made, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if len(made) > 150_000 {
		t.Errorf("the page has %d bytes, so a long file is not cut", len(made))
	}
}

// TestHazard18_TheReportShowsNoSecret of those that verify hides, and none that is short.
func TestHazard18_TheReportShowsNoSecret(t *testing.T) {
	made := page(t, shop(), nil)
	for _, secret := range []string{"hush-hush-hush", "pw-42", "token: abc", "very-secret-key", "in-a-template"} {
		if strings.Contains(made, secret) {
			t.Errorf("the page has %q", secret)
		}
	}
	if !strings.Contains(made, "token: &#39;[secret]&#39;") && !strings.Contains(made, "token: &#34;[secret]&#34;") {
		t.Error("the page does not say that something is hidden")
	}
}

// TestThePolicyAllowsWhatThePageHas and no more: else a browser shows neither style nor script.
func TestThePolicyAllowsWhatThePageHas(t *testing.T) {
	made := html.UnescapeString(page(t, shop(), nil))
	for _, tag := range []string{"style", "script"} {
		found := regexp.MustCompile(`(?s)<`+tag+`>(.*?)</`+tag+`>`).FindAllStringSubmatch(made, -1)
		if len(found) != 1 {
			t.Fatalf("%d elements %s", len(found), tag)
		}
		sum := sha256.Sum256([]byte(found[0][1]))
		if want := fmt.Sprintf("%s-src 'sha256-%s'", tag, base64.StdEncoding.EncodeToString(sum[:])); !strings.Contains(made, want) {
			t.Errorf("the policy does not say %s", want)
		}
	}
	for _, forbidden := range []string{" style=", "url(http", "<img", "<link", " src=", "@import"} {
		if strings.Contains(made, forbidden) {
			t.Errorf("the page has %q", forbidden)
		}
	}
}

// TestTheSameBundleGivesTheSamePage, as a page may be committed.
func TestTheSameBundleGivesTheSamePage(t *testing.T) {
	if first, second := page(t, shop(), nil), page(t, shop(), nil); first != second {
		t.Error("two pages of one bundle differ")
	}
}

// BenchmarkReport makes the page of the largest bundle of the corpus, and verifies that.
func BenchmarkReport(b *testing.B) {
	r := corpus.Largest(b)
	dir := b.TempDir()
	if _, err := aicr.Bundle(context.Background(), aicr.BundleOptions{Recipe: r.File, Data: []string{r.Data}, Output: dir}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		made, err := aicr.Report(context.Background(), aicr.ReportOptions{Source: dir})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(made.HTML)), "bytes")
	}
}
