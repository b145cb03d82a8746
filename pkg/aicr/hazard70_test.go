package aicr_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/oci"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/test/corpus"
	"github.com/aicr-flux/aicr/test/foreigntest"
)

// foreignFaults are the checks that find something in AICR's bundles, and each is a fault of them:
// a chart in Git holds its own HelmRelease and keeps its version, releases rely on Flux's defaults,
// an edited ConfigMap triggers no upgrade, a source that no release needs is there. What
// secret-in-clear finds is the recipe's.
var foreignFaults = []string{"chart-foreign-file", "constant-version", "release-fragile", "values-watch", "source-unused", "secret-in-clear"}

func TestHazard70_BundlesOfAICRAreTakenForWhatTheyAre(t *testing.T) {
	for _, rec := range corpus.Recipes1x(t) {
		t.Run(rec.Name, func(t *testing.T) {
			in, _ := resolve(t, aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}})
			report, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: tree(t, foreigntest.Bundle(t, in, foreignRepo))})
			if err != nil && errors.CodeOf(err) != errors.ErrCodeVerificationFailed {
				t.Fatal(err)
			}
			for _, f := range report.Findings {
				switch {
				case slices.Contains(foreignFaults, f.Check) && f.Severity == verify.SeverityWarning:
				case f.Check == "chart-render" && strings.Contains(f.Message, "$v.serviceAccount.name"):
					// The recipe's data do not have the value, with any bundler.
				default:
					t.Errorf("%s %s at %s: %s", f.Severity, f.Check, f.Place, f.Message)
				}
				if strings.Contains(f.Message, "the release is called") {
					t.Errorf("no release has a name, so that is meant: %s", f.Message)
				}
			}
			if want := []string{"another program made this bundle, AICR v1.3.0 for flux; what is found holds for Flux all the same"}; !slices.Equal(report.Notes, want) {
				t.Errorf("notes %q", report.Notes)
			}
		})
	}
}

const foreignManifest = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: tuning\nspec:\n  containers:\n    - name: a\n      image: {{ index .Values \"tuning\" \"image\" }}\n"

// tuned is a recipe of manifests alone, and one of a chart alone.
func tuned(t *testing.T, recipe string) aicr.BundleOptions {
	t.Helper()
	return options(tree(t, map[string]string{"recipe.yaml": "apiVersion: aicr.run/v1\nkind: RecipeResult\ncomponentRefs:\n" + recipe, "components/tuning/manifests/tuning.yaml": foreignManifest}))
}

const tuning = "- name: tuning\n  namespace: tuning\n  type: Helm\n  manifestFiles: [components/tuning/manifests/tuning.yaml]\n  overrides: {image: 'registry.example.com/tuning:1'}\n"

func TestHazard70_ImagesOfABundleOfAICR(t *testing.T) {
	in, _ := resolve(t, tuned(t, tuning))
	report, err := aicr.Images(t.Context(), aicr.ImagesOptions{Source: tree(t, foreigntest.Bundle(t, in, foreignRepo))})
	if err != nil || len(report.Images) != 1 || report.Images[0].Reference != "registry.example.com/tuning:1" || len(report.Warnings) > 0 {
		t.Errorf("%+v: %v", report, err)
	}
}

func TestHazard70_PushingABundleOfAICR(t *testing.T) {
	url, _ := startRegistry(t)
	connection := aicr.Publish{Registry: oci.Connection{PlainHTTP: true}}
	in, _ := resolve(t, tuned(t, chartOf("app", "  chart: app\n")))
	files := foreigntest.Bundle(t, in, foreignRepo)
	files["attestation/bundle.json"] = "{}"
	pushed, err := aicr.Push(t.Context(), aicr.PushOptions{Publish: connection, Dir: tree(t, files), Target: url + "/b:v1"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(pushed.DeploymentNotes, func(note string) bool { return strings.Contains(note, "Another program made this bundle") }) {
		t.Errorf("notes %q", pushed.DeploymentNotes)
	}
	pulled := pull(t, pushed.Reference)
	for path := range files {
		switch got, there := pulled[path]; {
		case path == "attestation/bundle.json" && there:
			t.Errorf("%s, which the list does not name, is published", path)
		case path != "attestation/bundle.json" && path != "checksums.txt" && got != files[path]:
			t.Errorf("%s is %q", path, got)
		}
	}
	// The charts of others are in Git.
	in, _ = resolve(t, tuned(t, tuning))
	_, err = aicr.Push(t.Context(), aicr.PushOptions{Publish: connection, Dir: tree(t, foreigntest.Bundle(t, in, foreignRepo)), Target: url + "/b:v2"})
	if errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), "the charts of tuning come from a GitRepository") {
		t.Errorf("got %v", err)
	}
}

// What is not true of the bundle is found, in any form of its list.
func TestHazard70_WhatWasChangedInABundleOfAICRIsFound(t *testing.T) {
	o := tuned(t, tuning+chartOf("app", "  chart: app\n  overrides: {a: 1, b: 2}\n"))
	o.DynamicValues = dynamic("app:a", "app:c")
	in, _ := resolve(t, o)
	crlf := func(files map[string]string) {
		files["checksums.txt"] = strings.ReplaceAll("# by AICR\n"+files["checksums.txt"], "\n", "\r\n")
	}
	signed := func(files map[string]string) { files["attestation/bundle.json"] = "{}" }
	attested := func(files map[string]string) {
		signed(files)
		old := files["bundle-info.yaml"]
		files["bundle-info.yaml"] = strings.Replace(old, "attested: false", "attested: true", 1)
		files["checksums.txt"] = strings.ReplaceAll(files["checksums.txt"], foreigntest.Sum(old), foreigntest.Sum(files["bundle-info.yaml"]))
	}
	for name, c := range map[string]struct {
		change func(map[string]string)
		want   []string
	}{
		"as it is":  {func(map[string]string) {}, nil},
		"line ends": {crlf, nil},
		"binary mode": {func(files map[string]string) {
			files["checksums.txt"] = strings.ReplaceAll(files["checksums.txt"], "  ", " *")
		}, nil},
		"signed":            {attested, nil},
		"signed, unsaid":    {signed, []string{"file-extra attestation/bundle.json"}},
		"an edit":           {func(files map[string]string) { files["README.md"] += "x"; crlf(files) }, []string{"file-changed README.md"}},
		"one more":          {func(files map[string]string) { files["x"] = "x" }, []string{"file-extra x"}},
		"one less":          {func(files map[string]string) { delete(files, "README.md") }, []string{"file-missing README.md"}},
		"a line of no form": {func(files map[string]string) { files["checksums.txt"] += "x\n" }, []string{"checksums-invalid checksums.txt"}},
	} {
		t.Run(name, func(t *testing.T) {
			files := foreigntest.Bundle(t, in, foreignRepo)
			c.change(files)
			report, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: tree(t, files)})
			if (err != nil) != (c.want != nil) {
				t.Errorf("verify: %v", err)
			}
			var got []string
			for _, f := range report.Findings {
				if f.Severity == verify.SeverityError {
					got = append(got, f.Check+" "+f.File)
				} else if f.Severity == verify.SeverityWarning && !slices.Contains(foreignFaults, f.Check) {
					t.Errorf("%s at %s: %s", f.Check, f.Place, f.Message)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("errors %q, want %q", got, c.want)
			}
		})
	}
}

// A bundle that nobody generated has no maker, and one of ours is ours.
func TestVerifyNotesOnlyBundlesOfOthers(t *testing.T) {
	o := tuned(t, tuning)
	bundle(t, o)
	for dir, want := range map[string]string{
		o.Output: "",
		tree(t, map[string]string{"kustomization.yaml": "resources: [a.yaml]\n", "a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n"}): "",
	} {
		report, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: dir})
		if err != nil || strings.Join(report.Notes, "") != want {
			t.Errorf("%q: %v", report.Notes, err)
		}
	}
	// AICR before 0.22 said nothing of itself.
	in, _ := resolve(t, o)
	files := foreigntest.Bundle(t, in, foreignRepo)
	files["checksums.txt"] = strings.Replace(files["checksums.txt"], foreigntest.Sum(files["bundle-info.yaml"])+"  bundle-info.yaml\n", "", 1)
	delete(files, "bundle-info.yaml")
	report, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: tree(t, files)})
	if err != nil || len(report.Notes) != 1 || !strings.HasPrefix(report.Notes[0], "another program made this bundle; ") {
		t.Errorf("%q: %v", report.Notes, err)
	}
}
