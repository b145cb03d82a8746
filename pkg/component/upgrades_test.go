package component_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/Masterminds/semver/v3"

	"github.com/aicr-flux/aicr/pkg/component"
)

func TestRangesKnowWhatUpgradeRecordsHave(t *testing.T) {
	for text, c := range map[string]struct{ in, out string }{
		">=1.2.0 <2.0.0":      {"1.2.0 1.9.9 2.0.0-rc.1", "1.1.9 1.2.0-rc.1 2.0.0 2.0.1"},
		">=1.2.0, <2.0.0":     {"1.2.0", "2.0.0"},
		"> 1.2.0 <= v2.0.0":   {"1.2.1 2.0.0", "1.2.0 2.0.1"},
		"=1.2.3":              {"1.2.3", "1.2.4 1.2.3-rc.1"},
		"v1.2.3":              {"1.2.3", "1.2.4"},
		">=1.2.3-rc.1 <1.2.3": {"1.2.3-rc.1 1.2.3-rc.2", "1.2.3-alpha.1 1.2.3"},
		" <1.0.0 ":            {"0.9.0", "1.0.0"},
	} {
		var r component.Range
		if err := r.Set(text); err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		for want, versions := range map[bool]string{true: c.in, false: c.out} {
			for version := range strings.FieldsSeq(versions) {
				if got := r.Contains(semver.MustParse(version)); got != want {
					t.Errorf("%q contains %s: %t", text, version, got)
				}
			}
		}
	}
	for _, text := range []string{
		">=1.0.0 || <0.5.0", "^1.2.3", "~1.2.3", "~>1.2.3", "1.0.0 - 2.0.0", "1.x", "1.2.x", "*", ">=1.2", ">=1", "!=1.0.0", "=>1.0.0", ">=", "> = 1.0.0", "latest", "==1.0.0", "x1.0.0",
	} {
		if err := new(component.Range).Set(text); err == nil {
			t.Errorf("%q is taken for a range", text)
		}
	}
}

const upgradeHead = "apiVersion: aicr.run/v1beta1\nkind: ComponentUpgrades\ncomponent: gpu\n"

// records has a record of every kind.
const records = upgradeHead + `
transitions:
- from: ">=1.0.0 <2.0.0"
  to: ">=2.0.0 <3.0.0"
  verdict: manual
  summary: CRDs move
  precondition: no jobs run
  reversible: false
  reversibleNotes: restore a backup
  stepsByDeployer:
  - deployers: [helm, helmfile]
    steps: [{id: a, description: by helm}]
  - deployers: [flux]
    steps: [{id: b, description: by flux, reason: because}]
  - steps: [{id: c, description: the rest}]
  affectedResources: [{group: nvidia.com, kinds: [ClusterPolicy]}]
  references: [https://example.com/upgrade]
  hooks: [{file: h.yaml, phase: pre}]
- from: "<2.0.0"
  to: "=3.0.0"
  verdict: blocked
  summary: by way of 2.0.0
  stepsByDeployer: [{deployers: [helm], steps: []}, {steps: [{description: the rest}]}]
- from: ">=3.0.0 <4.0.0"
  to: ">=4.0.0 <5.0.0"
  verdict: safe
  verifiedBy: e2e
replaces: {component: old, verdict: manual, summary: s, stepsByDeployer: [{steps: [{description: d}]}]}
`

func entryOf(file string) *component.Entry {
	e := &component.Entry{Name: "gpu"}
	e.Upgrades.File = file
	return e
}

func TestUpgradesOfAVersion(t *testing.T) {
	roots := component.Roots{{Name: "mem", FS: fstest.MapFS{"components/gpu/upgrades.yaml": {Data: []byte(records)}}}}
	for version, want := range map[string]string{
		"2.1.0": "manual by flux", "v2.1.0": "manual by flux", "3.0.0": "blocked the rest", "4.1.0": "", "1.0.0": "", "2.x": "", ">=2.0.0": "", "": "", "2.1": "",
	} {
		found, err := roots.Upgrades(entryOf("components/gpu/upgrades.yaml"), version)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range found {
			if u.Component != "gpu" || u.Version != version {
				t.Errorf("%+v", u)
			}
			got = append(got, u.Verdict+" "+u.Steps("flux")[0].Description)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%q: got %q, want %q", version, got, want)
		}
	}
	if found, err := roots.Upgrades(entryOf(""), "2.1.0"); err != nil || found != nil {
		t.Errorf("without a file: %v %v", found, err)
	}
}

func TestUpgradeRecordsAreReadStrictly(t *testing.T) {
	one := func(from, to, verdict string) string {
		return upgradeHead + "transitions: [{from: '" + from + "', to: '" + to + "', verdict: " + verdict + "}]"
	}
	for text, want := range map[string]string{
		upgradeHead + "transition: []":                                        `unknown key "transition"`,
		strings.Replace(upgradeHead, "v1beta1", "v1", 1):                      `apiVersion is "aicr.run/v1"`,
		strings.Replace(upgradeHead, "Component", "Recipe", 1):                `kind "RecipeUpgrades"`,
		strings.Replace(upgradeHead, "component: gpu", "component: other", 1): `component is "other"`,
		one("<1.0.0", "=1.0.0", "fine"):                                       `verdict is "fine"; use safe, manual or blocked`,
		one(">=1.0.0", "=1.0.0", "manual"):                                    "from \">=1.0.0\" has no upper bound",
		one("<1.0.0", "<2.0.0", "manual"):                                     "to \"<2.0.0\" needs a lower and an upper bound",
		one("<1.0.0", ">=2.0.0", "manual"):                                    "needs a lower and an upper bound",
		one("<1.0.0", "", "manual"):                                           "needs a lower and an upper bound",
		one("<1.0.0", "^2.0.0", "manual"):                                     `line 4: transitions[0].to: "^2.0.0" is not a range of versions`,
		"- a":                                                                 "where a map is needed",
	} {
		roots := component.Roots{{Name: "mem", FS: fstest.MapFS{"u.yaml": {Data: []byte(text)}}}}
		if _, err := roots.Upgrades(entryOf("u.yaml"), "1.0.0"); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "u.yaml in data root mem") {
			t.Errorf("%s\n got %v\nwant %s", text, err, want)
		}
	}
	if _, err := (component.Roots{}).Upgrades(entryOf("u.yaml"), "1.0.0"); err == nil {
		t.Error("a file that is not there is not missed")
	}
}
