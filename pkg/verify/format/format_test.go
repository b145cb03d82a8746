package format_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/pkg/verify/format"
)

// brokenReport is that of a bundle with two things wrong.
func brokenReport(t *testing.T) verify.Report {
	t.Helper()
	bundle := fstest.MapFS{}
	good := os.DirFS("../checks/testdata/git")
	err := fs.WalkDir(good, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(good, file)
		text := strings.ReplaceAll(string(data), "- name: gpu-operator-pre", "- name: x")
		if file == "gpu-operator-pre/helmrelease.yaml" {
			text = strings.ReplaceAll(text, "- name: cert-manager", "- name: y")
		}
		bundle[file] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	report, err := verify.Bundle(t.Context(), bundle, verify.Options{Skip: []string{"file-changed"}})
	if err != nil || len(report.Findings) != 2 {
		t.Fatalf("want two findings: %v %v", report.Findings, err)
	}
	return report
}

func render(t *testing.T, name string, o format.Options) string {
	t.Helper()
	data, err := format.Render(name, brokenReport(t), o)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestUnknownFormat(t *testing.T) {
	_, err := format.Render("xml", verify.Report{}, format.Options{})
	if err == nil || !strings.Contains(err.Error(), "text, json, sarif, github") {
		t.Errorf("got %v", err)
	}
}

func TestText(t *testing.T) {
	text := render(t, "text", format.Options{})
	for _, want := range []string{
		"error: dependency-missing\n",
		"  at      gpu-operator/helmrelease.yaml:25: HelmRelease flux-system/gpu-operator: spec.dependsOn[0]\n",
		"  what    it waits for HelmRelease flux-system/x, which does not exist\n",
		"  do      Name a HelmRelease of the bundle, or remove the entry.\n",
		"7 objects and 3 releases, held against Flux 2.9 and Kubernetes 1.37: 2 errors.\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}

func TestGitHub(t *testing.T) {
	got := render(t, "github", format.Options{Dir: "clusters/a,b"})
	want := "::error line=25,file=clusters/a%2Cb/gpu-operator/helmrelease.yaml,title=dependency-missing::" +
		"HelmRelease flux-system/gpu-operator: spec.dependsOn[0]: it waits for HelmRelease flux-system/x, which does not exist%0A" +
		"Name a HelmRelease of the bundle, or remove the entry.\n"
	if !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s\nwant at the end\n%s", got, want)
	}
}

// TestSARIF reads the results with the types of a library that follows the standard's schema, and
// takes no field that it does not have.
func TestSARIF(t *testing.T) {
	dec := json.NewDecoder(strings.NewReader(render(t, "sarif", format.Options{Dir: "clusters/a b", Version: "v1.2.3"})))
	dec.DisallowUnknownFields()
	var report sarif.Report
	if err := dec.Decode(&report); err != nil {
		t.Fatal(err)
	}
	run := report.Runs[0]
	if len(run.Tool.Driver.Rules) != len(verify.Checks()) {
		t.Errorf("%d rules, want one for each check", len(run.Tool.Driver.Rules))
	}
	if len(run.Results) != 2 {
		t.Fatalf("%d results, want 2", len(run.Results))
	}
	for _, result := range run.Results {
		if rule := run.Tool.Driver.Rules[result.RuleIndex]; *rule.ID != *result.RuleID {
			t.Errorf("the result of %s points to the rule %s", *result.RuleID, *rule.ID)
		}
	}
	at := run.Results[1].Locations[0].PhysicalLocation
	if *at.ArtifactLocation.URI != "clusters/a%20b/gpu-operator/helmrelease.yaml" || *at.Region.StartLine != 25 {
		t.Errorf("the result is at %s:%d", *at.ArtifactLocation.URI, *at.Region.StartLine)
	}
}

func TestJSONKeepsSeverities(t *testing.T) {
	data := render(t, "json", format.Options{})
	var back verify.Report
	if err := json.Unmarshal([]byte(data), &back); err != nil {
		t.Fatal(err)
	}
	if back.Count(verify.SeverityError) != 2 || !strings.Contains(data, `"severity": "error"`) {
		t.Errorf("the severities are lost: %s", data)
	}
}
