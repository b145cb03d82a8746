package verify_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/aicr-flux/aicr/pkg/verify"
)

// brokenReport is that of a bundle with two things wrong.
func brokenReport(t *testing.T) verify.Report {
	t.Helper()
	bundle := load(t, "git")
	edit(release, "- name: gpu-operator-pre", "- name: x")(t, bundle)
	edit(pre, "- name: cert-manager", "- name: y")(t, bundle)
	report := verifyAll(t, bundle, verify.Options{})
	if len(report.Findings) != 2 {
		t.Fatalf("want two findings:\n%s", list(report))
	}
	return report
}

func TestText(t *testing.T) {
	text := brokenReport(t).Text()
	for _, want := range []string{
		"error: dependency-missing\n",
		"  at      gpu-operator/helmrelease.yaml:25: HelmRelease flux-system/gpu-operator: spec.dependsOn[0]\n",
		"  what    it waits for HelmRelease flux-system/x, which does not exist\n",
		"  do      Name a HelmRelease of the bundle, or remove the entry.\n",
		"7 objects and 3 releases, held against Flux 2.9: 2 errors.\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}

func TestGitHub(t *testing.T) {
	got := brokenReport(t).GitHub("clusters/a,b")
	want := "::error line=25,file=clusters/a%2Cb/gpu-operator/helmrelease.yaml,title=dependency-missing::" +
		"HelmRelease flux-system/gpu-operator: spec.dependsOn[0]: it waits for HelmRelease flux-system/x, which does not exist%0A" +
		"Name a HelmRelease of the bundle, or remove the entry.\n"
	if !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s\nwant at the end\n%s", got, want)
	}
}

// TestSARIF reads the results with the types of a library that follows the
// standard's schema, and takes no field that it does not have.
func TestSARIF(t *testing.T) {
	data, err := brokenReport(t).SARIF("clusters/a b", "v1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(string(data)))
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
	data, err := json.Marshal(brokenReport(t))
	if err != nil {
		t.Fatal(err)
	}
	var back verify.Report
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if back.Count(verify.SeverityError) != 2 || !strings.Contains(string(data), `"severity":"error"`) {
		t.Errorf("the severities are lost: %s", data)
	}
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		name, want string
		options    verify.Options
	}{
		{"version", "2.7, 2.8, 2.9", verify.Options{FluxVersion: "2.6"}},
		{"check", `did you mean "dependency-missing"?`, verify.Options{Skip: []string{"dependency-mising"}}},
		{"external", `"Kind namespace/name"`, verify.Options{External: []string{"flux-system"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := verify.Bundle(t.Context(), load(t, "git"), c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	bundle := load(t, "git")
	edit(release, "- name: gpu-operator-pre", "- name: x")(t, bundle)
	passes(t, bundle, verify.Options{Skip: []string{"dependency-missing"}})
}
