package aicr_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/test/corpus"
)

// fieldCase is one of the inputs that went wrong with another program, and what is right.
type fieldCase struct {
	// at is the bundle below the case, whose directory is the root.
	at, repoPath string
	// findings are the errors and warnings, each "severity check file" with the file below the bundle,
	// sorted and each once.
	findings []string
	// count is, where it is not 0, how many of these there are.
	count int
	// says are texts of findings and notes, unsaid is one that is in none.
	says   []string
	unsaid string
	// images are the right ones, where the case is about them.
	images []string
}

var fieldCases = map[string]fieldCase{
	"01-removed-apis": {findings: []string{"error api-removed l.yaml", "warning api-removed l.yaml"}, count: 29, says: []string{
		"no PodDisruptionBudget in policy/v1beta1 since 1.25", "no CronJob in batch/v1beta1 since 1.25", "no Ingress in networking.k8s.io/v1beta1 since 1.22",
	}},
	"02-same-object-twice":        {findings: []string{"error post-render x/templates/m.yaml"}, says: []string{`renders ConfigMap "t" a second time`}},
	"03-duplicate-key-rendered":   {findings: []string{"error post-render x/templates/m.yaml"}, says: []string{`mapping key "ports" already defined`}},
	"04a-images-kustomize-patch":  {images: []string{"ghcr.io/org/app:patched"}},
	"04b-images-kustomize-images": {images: []string{"ghcr.io/org/app:base", "mirror.internal/nginx:1.27"}},
	"04c-images-generated-values": {images: []string{"ghcr.io/org/app:generated"}},
	"05a-valuesFiles-missing":     {findings: []string{"error values-missing hr.yaml"}, says: []string{`the values file "./charts/app/values-nope.yaml"`}},
	"05c-valuesFiles-tag":         {images: []string{"ghcr.io/org/app:prod"}},
	"06-targetPath": {
		findings: []string{"error values-missing hr.yaml", "warning values-unknown hr.yaml"}, says: []string{`key "com" has no value`},
		images: []string{"ghcr.io/org/app:v2", "quay.io/side/car:1"},
	},
	"06b-targetPath-comma": {findings: []string{"error values-missing cm.yaml", "error values-missing hr.yaml"}, says: []string{`cannot be put at hosts: key "com" has no value`}},
	"07a-chart-name":       {findings: []string{"error chart-name hr.yaml"}, says: []string{`chart name "forgejoRunner" is refused by Flux`}},
	"08-version-not-a-version": {
		findings: []string{"error version-invalid hr.yaml"}, says: []string{`version "latest" is neither a version nor a range`}, unsaid: "newest chart",
	},
	"10-artifactgenerator-of-a-repository": {at: "clusters/production", repoPath: "clusters/production", findings: []string{"warning kustomization-missing kustomization.yaml"}},
	"11-overlay":                           {at: "apps/production"},
	"12-name-by-transformer":               {says: []string{"the build could ask another server"}},
	"13-quantity-with-variable":            {findings: []string{"warning substitution l.yaml"}, says: []string{"PersistentVolumeClaim flux-system/p has 1 variable with a default"}, unsaid: "core-schema"},
	"14-helmCharts":                        {findings: []string{"error kustomize-build kustomization.yaml"}, says: []string{"renders Helm charts, which Flux never does"}},
	"15-postRenderers-broken-patch":        {findings: []string{"error post-render hr.yaml"}, says: []string{"cannot read the patch, and installs nothing"}},
	"16-object-in-two-releases": {
		findings: []string{"warning object-shared web-post/templates/cm2.yaml", "warning object-shared web-pre/templates/cm2.yaml"}, says: []string{"renders ConfigMap web/x, and so does"},
	},
	"21a-required-fields": {findings: []string{"error core-schema l.yaml"}, says: []string{
		"the field is required", `"Loadbalancer" is not one of the supported values`, "a ServiceAccount is in a namespace",
	}},
	"21c-deployment-without-selector": {findings: []string{"error core-schema l.yaml"}, says: []string{"the field is required"}},
	"22-file-dependency":              {unsaid: "downloads it"},
}

// TestCasesOfTheField has every case beside the corpus that is about a bundle. TestHazard65 and
// TestHazard66 have those whose recipe is refused.
func TestCasesOfTheField(t *testing.T) {
	if testing.Short() {
		t.Skip("short: the race detector finds nothing in more of the same")
	}
	root := filepath.Join(corpus.Root(), "..", "cases")
	entries, err := os.ReadDir(root)
	if corpus.Root() == "" || err != nil {
		t.Skip("cases: SKIPPED (there are none beside the corpus)")
	}
	for _, entry := range entries {
		name := entry.Name()
		if !entry.IsDir() || slices.Contains([]string{"17-unknown-function", "19-set-over-list", "20-no-storage-class"}, name) {
			continue
		}
		c, known := fieldCases[name]
		if !known {
			t.Errorf("no test has %s", name)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.judge(t, filepath.Join(root, name))
		})
	}
}

// judge bundles the case where it is a recipe, and compares what is said with what is right.
func (c fieldCase) judge(t *testing.T, dir string) {
	t.Helper()
	o := aicr.VerifyOptions{Source: filepath.Join(dir, c.at), Root: dir, Options: verify.Options{RepositoryPath: c.repoPath, External: []string{"GitRepository flux-system/flux-system"}}}
	if recipe := filepath.Join(dir, "recipe.yaml"); exists(recipe) {
		o.Source = filepath.Join(t.TempDir(), "out")
		o.Root = ""
		if _, err := aicr.Bundle(t.Context(), aicr.BundleOptions{Recipe: recipe, Output: o.Source, Options: deployer.Options{GitSourceName: "flux-system"}}); err != nil {
			t.Fatal(err)
		}
	}
	report, err := aicr.Verify(t.Context(), o)
	if err != nil && len(report.Findings) == 0 {
		t.Fatal(err)
	}
	text := strings.Join(report.NotSeen, "\n")
	var findings []string
	for _, f := range report.Findings {
		text += "\n" + f.Check + ": " + f.Message
		if f.Severity >= verify.SeverityWarning {
			findings = append(findings, f.Severity.String()+" "+f.Check+" "+f.File)
		}
	}
	if c.count > 0 && c.count != len(findings) {
		t.Errorf("%d findings, want %d:\n%s", len(findings), c.count, text)
	}
	slices.Sort(findings)
	if diff := cmp.Diff(c.findings, slices.Compact(findings)); diff != "" {
		t.Errorf("-want +got:\n%s\n%s", diff, text)
	}
	for _, says := range c.says {
		if !strings.Contains(text, says) {
			t.Errorf("nothing says %q:\n%s", says, text)
		}
	}
	if c.unsaid != "" && strings.Contains(text, c.unsaid) {
		t.Errorf("something says %q:\n%s", c.unsaid, text)
	}
	if c.images == nil {
		return
	}
	list, err := aicr.Images(t.Context(), aicr.ImagesOptions{Source: o.Source})
	if err != nil {
		t.Fatal(err)
	}
	var images []string
	for _, image := range list.Images {
		images = append(images, image.Reference)
	}
	if diff := cmp.Diff(c.images, images); diff != "" {
		t.Errorf("images, -want +got:\n%s", diff)
	}
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// TestHazard65_TheCaseOfTheField has a function of Prometheus in a manifest.
func TestHazard65_TheCaseOfTheField(t *testing.T) {
	recipe := filepath.Join(corpus.Root(), "..", "cases", "17-unknown-function", "recipe.yaml")
	if corpus.Root() == "" || !exists(recipe) {
		t.Skip("cases: SKIPPED (there are none beside the corpus)")
	}
	o := aicr.BundleOptions{Recipe: recipe, Output: filepath.Join(t.TempDir(), "out"), Options: deployer.Options{GitSourceName: "flux-system"}}
	refused(t, o, errors.ErrCodeInvalidRequest, `function "instance" not defined`, `{{ "{{ instance }}" }}`)
}
