package engine

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/rollout"
)

func findings() []Finding {
	at := func(object, path string) rollout.Place {
		return rollout.Place{File: "a/x.yaml", Line: 3, Object: object, Path: path}
	}
	return []Finding{
		{Check: "schema", Severity: SeverityError, Place: at("HelmRelease f/a", "spec.dependsOn[3].name"), Message: "wrong, see a.yaml:12 and line 7"},
		{Check: "secret-in-clear", Severity: SeverityWarning, Place: at("HelmRelease f/a", "spec.values.password"), Message: "a secret"},
		{Check: "yaml-syntax", Severity: SeverityError, Place: at("", ""), Message: "broken"},
		{Check: "file-changed", Severity: SeverityInfo, Place: at("", ""), Message: "edited"},
	}
}

// TestABaselineComesBack from its file, and accepts what it was made of, and nothing else.
func TestABaselineComesBack(t *testing.T) {
	reports := []Report{{Findings: findings()}, {Findings: findings()[:1]}}
	data, err := BaselineOf(reports).YAML()
	if err != nil {
		t.Fatal(err)
	}
	known, err := ParseBaseline(data)
	if err != nil || len(known.Findings) != 3 {
		t.Fatalf("%v:\n%s", err, data)
	}
	for name, change := range map[string]struct {
		change func(*Finding)
		known  int
	}{
		"as it was":       {func(*Finding) {}, 3},
		"another line":    {func(f *Finding) { f.Line = 99 }, 3},
		"another file":    {func(f *Finding) { f.File = "b/y.yaml" }, 2}, // that is all that one without an object has
		"another object":  {func(f *Finding) { f.Object = "HelmRelease f/b" }, 0},
		"another field":   {func(f *Finding) { f.Path = "spec.values.token" }, 0},
		"another message": {func(f *Finding) { f.Message = "worse" }, 0},
		"another check":   {func(f *Finding) { f.Check = "crd-order" }, 0},
	} {
		changed := []Report{{Findings: findings()}}
		for i := range changed[0].Findings {
			change.change(&changed[0].Findings[i])
		}
		known.Accept(changed)
		if r := changed[0]; len(r.Known) != change.known || len(r.Findings) != 4-change.known {
			t.Errorf("%s: %d known, want %d: %+v", name, len(r.Known), change.known, r.Findings)
		}
	}
	moved := findings()[0]
	moved.Path, moved.Message = "spec.dependsOn[4].name", "wrong, see a.yaml:13:2 and line 8"
	if diff := cmp.Diff(findings()[0].Known(), moved.Known()); diff != "" {
		t.Errorf("what moved is another finding: %s", diff)
	}
}

func TestWhatIsGone(t *testing.T) {
	known := BaselineOf([]Report{{Findings: findings()}})
	reports := []Report{{Findings: findings()[1:]}}
	all := func(string) bool { return true }
	if gone := known.Gone(reports, all); len(gone) != 1 || gone[0].String() != "schema at HelmRelease f/a spec.dependsOn[].name" {
		t.Errorf("gone: %v", gone)
	}
	if gone := known.Gone(reports, func(check string) bool { return check != "schema" }); len(gone) > 0 {
		t.Errorf("gone, and nobody looked: %v", gone)
	}
	known.Accept(reports)
	if gone := known.Gone(reports, all); len(gone) != 1 {
		t.Errorf("what is accepted counts as gone: %v", gone)
	}
}
