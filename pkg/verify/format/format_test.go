package format_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/pkg/verify/format"
)

// brokenReport is that of a bundle with two things wrong.
func brokenReport(t *testing.T, dir string) verify.Report {
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
	report.Source, report.Dir = dir, dir
	return report
}

func render(t *testing.T, name string, reports ...verify.Report) string {
	t.Helper()
	data, err := format.Render(name, reports, format.Options{Version: "v1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestUnknownFormat(t *testing.T) {
	_, err := format.Render("xml", nil, format.Options{})
	if err == nil || !strings.Contains(err.Error(), "text, json, sarif, github") {
		t.Errorf("got %v", err)
	}
}

func TestText(t *testing.T) {
	report := brokenReport(t, "")
	report.Source = "../bundles/a" // as it was typed
	text := render(t, "text", report)
	for _, want := range []string{
		"error: dependency-missing\n",
		"  at      ../bundles/a/gpu-operator/helmrelease.yaml:25: HelmRelease flux-system/gpu-operator: spec.dependsOn[0]\n",
		"  what    it waits for HelmRelease flux-system/x, which does not exist\n",
		"  do      Name a HelmRelease of the bundle, or remove the entry.\n",
		"\n7 objects and 3 releases, held against Flux 2.9 and Kubernetes 1.37: 2 errors; the charts of 2 releases were not looked at.\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}

// TestSeveralBundles: each has its verdict, and its findings the paths that lead to it.
func TestSeveralBundles(t *testing.T) {
	a, b := brokenReport(t, "bundles/a"), brokenReport(t, "bundles/b")
	text := render(t, "text", a, b)
	for _, want := range []string{"bundles/a: 7 objects and", "bundles/b: 7 objects and", "  at      bundles/b/gpu-operator/helmrelease.yaml:25: "} {
		if strings.Count(text, want) != 1 {
			t.Errorf("the text has %q %d times:\n%s", want, strings.Count(text, want), text)
		}
	}
	var list struct{ Bundles []verify.Report }
	if err := json.Unmarshal([]byte(render(t, "json", a, b)), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Bundles) != 2 || list.Bundles[1].Source != "bundles/b" || list.Bundles[1].Findings[0].File != "bundles/b/gpu-operator-pre/helmrelease.yaml" {
		t.Errorf("got %+v", list)
	}
	if a.Findings[0].File != "gpu-operator-pre/helmrelease.yaml" {
		t.Errorf("formats changed the report: %s", a.Findings[0].File)
	}
	if all := readSARIF(t, render(t, "sarif", a, b)); len(all.Runs) != 1 || len(all.Runs[0].Results) != 4 {
		t.Errorf("%d runs", len(all.Runs))
	}
	if github := render(t, "github", a, b); strings.Count(github, "file=bundles/b/") != 2 || strings.Count(github, "::notice title=Not checked in bundles/") != 2 {
		t.Errorf("got\n%s", github)
	}
}

func TestGitHub(t *testing.T) {
	got := render(t, "github", brokenReport(t, "clusters/a,b"))
	want := "::error line=25,file=clusters/a%2Cb/gpu-operator/helmrelease.yaml,title=dependency-missing::" +
		"HelmRelease flux-system/gpu-operator: spec.dependsOn[0]: it waits for HelmRelease flux-system/x, which does not exist%0A" +
		"Name a HelmRelease of the bundle, or remove the entry.\n" +
		"::notice title=Not checked in clusters/a%2Cb::checksums-invalid: there is no checksums.txt, so nothing tells whether the files are as they were generated%0Achart-load: "
	if !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant in it\n%s", got, want)
	}
}

// log is what tests look at of SARIF.
type log struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Rules []struct {
					ID               string
					ShortDescription struct{ Text string }
					FullDescription  struct{ Text string }
					Help             struct{ Text, Markdown string }
				}
			}
		}
		Invocations []struct {
			ToolExecutionNotifications []struct{ Message struct{ Text string } }
		}
		Results []struct {
			RuleID    string
			RuleIndex int
			Locations []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine int }
				}
			}
			PartialFingerprints map[string]string
		}
	}
}

// readSARIF holds the text against the standard's schema, which takes no field that it does not have.
func readSARIF(t *testing.T, text string) log {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err == nil {
		err = schema.Validate(instance)
	}
	var all log
	if err == nil {
		err = json.Unmarshal([]byte(text), &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSARIF(t *testing.T) {
	report := readSARIF(t, render(t, "sarif", brokenReport(t, "clusters/a b")))
	run := report.Runs[0]
	if len(run.Tool.Driver.Rules) != len(verify.Checks()) {
		t.Errorf("%d rules, want one for each check", len(run.Tool.Driver.Rules))
	}
	for _, rule := range run.Tool.Driver.Rules {
		if rule.ShortDescription.Text == "" || rule.FullDescription.Text == "" || rule.Help.Text == "" || !strings.HasPrefix(rule.Help.Markdown, "# "+rule.ID) {
			t.Errorf("rule %s lacks a text", rule.ID)
		}
	}
	if len(run.Results) != 2 {
		t.Fatalf("%d results, want 2", len(run.Results))
	}
	for _, result := range run.Results {
		if rule := run.Tool.Driver.Rules[result.RuleIndex]; rule.ID != result.RuleID {
			t.Errorf("the result of %s points to the rule %s", result.RuleID, rule.ID)
		}
	}
	at := run.Results[1].Locations[0].PhysicalLocation
	if at.ArtifactLocation.URI != "clusters/a%20b/gpu-operator/helmrelease.yaml" || at.Region.StartLine != 25 {
		t.Errorf("the result is at %s:%d", at.ArtifactLocation.URI, at.Region.StartLine)
	}
	if notes := run.Invocations[0].ToolExecutionNotifications; len(notes) == 0 || !strings.HasPrefix(notes[0].Message.Text, "not checked: clusters/a b: checksums-invalid: ") {
		t.Errorf("what was not checked: %+v", notes)
	}
}

// TestFingerprints stay when lines move, differ from bundle to bundle, and no two results share one.
func TestFingerprints(t *testing.T) {
	of := func(report verify.Report) []string {
		var all []string
		for _, result := range readSARIF(t, render(t, "sarif", report)).Runs[0].Results {
			all = append(all, result.PartialFingerprints["aicr/v1"])
		}
		return all
	}
	report := brokenReport(t, "a")
	before := of(report)
	for i := range report.Findings {
		report.Findings[i].Line += 7
		report.Findings[i].Message += ", as line 12 says"
	}
	moved := of(report)
	for i := range report.Findings {
		report.Findings[i].Message = strings.Replace(report.Findings[i].Message, "line 12", "line 13", 1)
	}
	if !slices.Equal(moved, of(report)) {
		t.Error("the fingerprints move with the lines")
	}
	if slices.Equal(before, moved) {
		t.Error("another message has the same fingerprint")
	}
	if slices.Equal(before, of(brokenReport(t, "b"))) {
		t.Error("another bundle has the same fingerprints")
	}
	report.Findings = append(report.Findings, report.Findings...)
	twice := of(report)
	slices.Sort(twice)
	if len(slices.Compact(twice)) != 4 {
		t.Errorf("results share fingerprints: %q", twice)
	}
}

func TestJSONKeepsSeverities(t *testing.T) {
	data := render(t, "json", brokenReport(t, ""))
	var back verify.Report
	if err := json.Unmarshal([]byte(data), &back); err != nil {
		t.Fatal(err)
	}
	if back.Count(verify.SeverityError) != 2 || !strings.Contains(data, `"severity": "error"`) {
		t.Errorf("the severities are lost: %s", data)
	}
}

// TestAnnotationsNameNoFileThatIsNotThere: a recipe is bundled in memory, and an artifact lies elsewhere.
func TestAnnotationsNameNoFileThatIsNotThere(t *testing.T) {
	recipe, artifact := brokenReport(t, "recipes/a.yaml"), brokenReport(t, "")
	recipe.Unwritten, artifact.Source = true, "oci://r.example.com/a:v1"
	text := render(t, "github", recipe, artifact)
	for _, want := range []string{
		"::error file=recipes/a.yaml,title=dependency-missing::gpu-operator/helmrelease.yaml:25: HelmRelease flux-system/gpu-operator: ",
		"::error title=dependency-missing::gpu-operator/helmrelease.yaml:25: ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "line=") || strings.Contains(text, "file=gpu") {
		t.Errorf("a file that is not there:\n%s", text)
	}
	if sarif := render(t, "sarif", recipe); !strings.Contains(sarif, `"uri": "recipes/a.yaml"`) || strings.Contains(sarif, `"uri": "gpu`) {
		t.Error("code scanning gets a file that is not there")
	}
}
