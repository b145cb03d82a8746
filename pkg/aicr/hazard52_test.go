package aicr_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/test/corpus"
	"github.com/aicr-flux/aicr/test/foreigntest"
)

const foreignRepo = "https://github.com/org/repo.git"

// target is what helm-controller must find as it was, or it uninstalls the release.
func target(t *testing.T, dir, name string) string {
	t.Helper()
	hr := read[helmv2.HelmRelease](t, filepath.Join(dir, name, "helmrelease.yaml"))
	return hr.GetReleaseNamespace() + "/" + hr.GetReleaseName() + " in " + hr.GetStorageNamespace()
}

// TestHazard52_ABundleTakesThePlaceOfAICRs on every recipe: by default the run stops, and with AICR's
// names nothing is uninstalled, and nothing of AICR's bundle stays behind.
func TestHazard52_ABundleTakesThePlaceOfAICRs(t *testing.T) {
	for _, rec := range corpus.Recipes1x(t) {
		t.Run(rec.Name, func(t *testing.T) {
			o := aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}}
			in, _ := resolve(t, o)
			o.Output = tree(t, foreigntest.Bundle(t, in, foreignRepo))
			before := filesIn(t, o.Output)
			targets := map[string]string{}
			for _, release := range rec.ExpectedGraph.Releases {
				targets[release.Name] = target(t, o.Output, release.Name)
			}
			_, err := rehearsed(t, o)
			if errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), "would uninstall these releases") || !strings.Contains(err.Error(), "to keep what is installed set `ReleaseNames` aicr") {
				t.Fatalf("got %v", err)
			}
			if after := filesIn(t, o.Output); len(after) != len(before) {
				t.Error("a run that stops changes the directory")
			}

			o.ReleaseNames = deployer.NamesAICR
			out, err := rehearsed(t, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range out.ReleaseChanges {
				if c.Action != rollout.Upgrade {
					t.Errorf("%s %s %s", c.Action, c.Release, c.Because)
				}
			}
			for name, was := range targets {
				if is := target(t, o.Output, name); is != was {
					t.Errorf("%s was %s and is %s", name, was, is)
				}
			}
			report, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: o.Output})
			if err != nil && errors.CodeOf(err) != errors.ErrCodeVerificationFailed {
				t.Fatal(err)
			}
			for _, f := range report.Findings {
				if strings.HasPrefix(f.Check, "file-") || f.Check == "release-fragile" || f.Check == "release-collision" {
					t.Errorf("%s %s at %s: %s", f.Severity, f.Check, f.Place, f.Message)
				}
			}
		})
	}
}

func TestHazard52_OtherNamesStopARun(t *testing.T) {
	for _, c := range []struct{ from, to, keep string }{
		{"", "aicr", "to keep what is installed set `ReleaseNames` plain; "},
		{"aicr", "plain", "to keep what is installed set `ReleaseNames` aicr; "},
		{"aicr", "aicr", ""},
		{"plain", "", ""},
	} {
		t.Run(c.from+" to "+c.to, func(t *testing.T) {
			o := tuned(t, tuning+chartOf("app", ""))
			o.ReleaseNames = c.from
			bundle(t, o)
			o.ReleaseNames = c.to
			_, err := rehearsed(t, o)
			if c.keep == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			for _, text := range []string{c.keep, "\n  - app: release name ", "app-app", "storage namespace ", "\n  - tuning: ", "set `Reinstall`"} {
				if errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), text) {
					t.Errorf("no %q in %v", text, err)
				}
			}
			o.Force = true // is about files
			if _, err = rehearsed(t, o); errors.CodeOf(err) != errors.ErrCodeConflict {
				t.Errorf("with Force: %v", err)
			}
			o.Force, o.Reinstall = false, true
			out, err := rehearsed(t, o)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(out.Warnings, "\n"), "Flux will uninstall and then install anew") {
				t.Errorf("warnings %q", out.Warnings)
			}
			// What is told once is not asked again, nor taken along.
			o.Reinstall = false
			if _, err = rehearsed(t, o); err != nil {
				t.Error(err)
			}
		})
	}
}

// A namespace that a recipe changes is meant, and only warned of.
func TestHazard52_WhatARecipeAsksForStopsNothing(t *testing.T) {
	o := tuned(t, chartOf("app", ""))
	bundle(t, o)
	if err := os.WriteFile(o.Recipe, []byte("componentRefs:\n"+strings.Replace(chartOf("app", ""), "namespace: app", "namespace: other", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := rehearsed(t, o)
	if err != nil || len(out.ReleaseChanges) != 1 || out.ReleaseChanges[0].Action != rollout.Reinstall {
		t.Errorf("%+v: %v", out, err)
	}
}

// Over the bundle of another program a run stops for every reason for which Flux uninstalls.
func TestHazard52_AnotherChartInABundleOfAICRStopsARun(t *testing.T) {
	o := tuned(t, chartOf("app", "  chart: app\n"))
	o.ReleaseNames = deployer.NamesAICR
	in, _ := resolve(t, o)
	files := foreigntest.Bundle(t, in, foreignRepo)
	old := files["app/helmrelease.yaml"]
	files["app/helmrelease.yaml"] = strings.Replace(old, "chart: app\n", "chart: wrapped\n", 1)
	files["checksums.txt"] = strings.Replace(files["checksums.txt"], foreigntest.Sum(old), foreigntest.Sum(files["app/helmrelease.yaml"]), 1)
	o.Output = tree(t, files)
	_, err := rehearsed(t, o)
	if errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), "  - app: chart wrapped → app\nif they are to be installed anew") {
		t.Errorf("got %v", err)
	}
	o.Reinstall = true
	bundle(t, o)
}

// An edit of AICR's bundle is not lost, and what Flux would uninstall is said all the same. A bundle
// of AICR before 0.22 does not say whose it is, and its files are not touched.
func TestHazard52_AllReasonsToStopAreSaid(t *testing.T) {
	o := tuned(t, tuning)
	in, _ := resolve(t, o)
	files := foreigntest.Bundle(t, in, foreignRepo)
	files["README.md"] += "by hand\n"
	o.Output = tree(t, files)
	_, err := rehearsed(t, o)
	for _, text := range []string{"would uninstall these releases", "README.md: edited since it was generated"} {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("no %q in %v", text, err)
		}
	}
	o.ReleaseNames = deployer.NamesAICR
	if _, err = rehearsed(t, o); errors.CodeOf(err) != errors.ErrCodeConflict || strings.Contains(err.Error(), "uninstall") {
		t.Errorf("got %v", err)
	}

	files = foreigntest.Bundle(t, in, foreignRepo)
	files["checksums.txt"] = strings.Replace(files["checksums.txt"], foreigntest.Sum(files["bundle-info.yaml"])+"  bundle-info.yaml\n", "", 1)
	delete(files, "bundle-info.yaml")
	o.Output = tree(t, files)
	if _, err = rehearsed(t, o); errors.CodeOf(err) != errors.ErrCodeConflict || !strings.Contains(err.Error(), "kustomization.yaml: not written by this tool") {
		t.Errorf("got %v", err)
	}
}

// Two releases that get one name from helm-controller are refused.
func TestHazard52_NamesThatCollideAreRefused(t *testing.T) {
	o := tuned(t, "- {name: c, namespace: a-b, source: 'https://charts.example.com', version: 1.0.0}\n- {name: b-c, namespace: a, source: 'https://charts.example.com', version: 1.0.0}\n")
	o.ReleaseNames = deployer.NamesAICR
	refused(t, o, errors.ErrCodeInvalidRequest, "release-collision", `Helm release "a-b-c" in namespace "flux-system"`)
	o.ReleaseNames = ""
	bundle(t, o)

	// One that is too long is cut as helm-controller does, which is said.
	long := strings.Repeat("x", 40)
	o = tuned(t, chartOf(long, ""))
	o.ReleaseNames = deployer.NamesAICR
	bundle(t, o)
	report, err := aicr.Verify(t.Context(), aicr.VerifyOptions{Source: o.Output})
	if err != nil || !slices.ContainsFunc(report.Findings, func(f verify.Finding) bool {
		return f.Check == "name-length" && strings.Contains(f.Message, `the release is called "`+(long + "-" + long)[:40]+"-")
	}) {
		t.Errorf("%+v: %v", report.Findings, err)
	}
}

// TestHazard52_CRDsFollowTheirOwner by the registry of the data.
func TestHazard52_CRDsFollowTheirOwner(t *testing.T) {
	owners := []string{"nvsentinel", "k8s-aibom", "gatekeeper"}
	seen := 0
	for _, rec := range corpus.Recipes1x(t) {
		o := aicr.BundleOptions{Recipe: rec.File, Data: []string{rec.Data}, Output: filepath.Join(t.TempDir(), "out")}
		out := bundle(t, o)
		var stale []string
		for _, release := range out.Releases {
			spec := read[helmv2.HelmRelease](t, filepath.Join(o.Output, release.Name, "helmrelease.yaml")).Spec
			install, upgrade := helmv2.Create, helmv2.Skip
			if slices.Contains(owners, release.Component) {
				install, upgrade = helmv2.CreateReplace, helmv2.CreateReplace
				seen++
			} else if release.Source != "local" {
				stale = append(stale, release.Name)
			}
			if spec.Install.CRDs != install || spec.Upgrade.CRDs != upgrade {
				t.Errorf("%s: %s has %s, %s", rec.Name, release.Name, spec.Install.CRDs, spec.Upgrade.CRDs)
			}
		}
		if !slices.ContainsFunc(out.DeploymentNotes, func(note string) bool {
			return strings.Contains(note, "never updates them") && strings.HasSuffix(note, ": "+strings.Join(stale, ", "))
		}) {
			t.Errorf("%s: no note names %q", rec.Name, stale)
		}
	}
	if seen == 0 {
		t.Error("no recipe has an owner")
	}
}
