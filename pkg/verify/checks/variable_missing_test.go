package checks_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/verify"
)

// withVariables makes the release one that was made with variables.
func withVariables(t *testing.T, bundle fstest.MapFS) {
	t.Helper()
	all(
		edit(certManager, "    crds:\n", "    clusterName: ${CLUSTER_NAME}\n    webhook: {url: 'https://${REGION:=eu}.example.com/$${stays}'}\n    crds:\n"),
		edit(certManager, "metadata:\n", "metadata:\n  annotations:\n    aicr.run/variables: CLUSTER_NAME,REGION\n"),
	)(t, bundle)
}

// by is what a Kustomization gives.
func by(pairs ...string) verify.Substitution {
	s := verify.Substitution{By: "the Kustomization aicr (a.yaml)", Given: rollout.Given{Values: map[string]string{}}}
	for i := 0; i < len(pairs); i += 2 {
		s.Values[pairs[i]] = pairs[i+1]
	}
	return s
}

func given(s ...verify.Substitution) verify.Options { return verify.Options{Substitutions: s} }

func TestVariableMissing(t *testing.T) {
	other := by()
	other.By = "the Kustomization b (b.yaml)"
	each(t, "variable-missing",
		defect{name: "nothing is given", breakIt: withVariables, options: given(by()), at: certManager, says: "gives no variable, so that Flux leaves CLUSTER_NAME, REGION as they stand, without their defaults"},
		defect{name: "another is given", breakIt: withVariables, options: given(by("REGION", "us")), at: certManager, says: "the Kustomization aicr (a.yaml) does not give CLUSTER_NAME, so that Flux applies nothing of the bundle"},
		defect{name: "for the second cluster", breakIt: withVariables, options: given(by("CLUSTER_NAME", "a"), other), at: certManager, says: "the Kustomization b (b.yaml) gives no variable"},
		defect{name: "always", breakIt: withVariables, options: given(verify.Substitution{By: "k", Given: rollout.Given{Always: true}}), at: certManager, says: "k does not give CLUSTER_NAME"},
		defect{
			name: "of an object that has others", breakIt: edit(certManager, "    crds:\n", "    env: ${NODE}\n    crds:\n"), options: given(by("X", "x")),
			at: certManager, says: "substitutes variables, and does not give NODE",
		},
		defect{
			name: "kept from it", breakIt: all(withVariables, edit(certManager, "metadata:\n", "metadata:\n  labels:\n    kustomize.toolkit.fluxcd.io/substitute: disabled\n")),
			at: certManager, says: "CLUSTER_NAME, REGION stay as they are",
		},
	)
}

func TestVariablesThatAreGiven(t *testing.T) {
	for name, c := range map[string]struct {
		s    []verify.Substitution
		says string
	}{
		"nobody is known":     {nil, "the variable CLUSTER_NAME\nthe variable REGION (it has a default)"},
		"values":              {[]verify.Substitution{by("CLUSTER_NAME", "a")}, ""},
		"the cluster may":     {[]verify.Substitution{{By: "k", Given: rollout.Given{More: true}, From: []string{"ConfigMap flux-system/vars"}}}, "variable-missing: whether ConfigMap flux-system/vars give the variables of the bundle"},
		"a value that unused": {[]verify.Substitution{by("CLUSTER_NAME", "a", "OTHER", "b")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			bundle := load(t, "git")
			withVariables(t, bundle)
			report := verifyAll(t, bundle, given(c.s...))
			if text := list(report) + strings.Join(report.Needs.Lines(), "\n"); len(report.Findings) > 0 || !strings.Contains(text, c.says) {
				t.Errorf("want no finding, and %q:\n%s", c.says, text)
			}
		})
	}
}

// TestVariablesAreFilledInBeforeTheyAreJudged lets the values of a release be what the cluster gets.
func TestVariablesAreFilledInBeforeTheyAreJudged(t *testing.T) {
	bundle := load(t, "git")
	all(withVariables, edit(certManager, "interval: 30m", "interval: ${CLUSTER_NAME}"))(t, bundle)
	report := verifyAll(t, bundle, given(by("CLUSTER_NAME", "never")))
	if text := list(report); !strings.Contains(text, "schema") || !strings.Contains(text, "interval") {
		t.Errorf("nothing is found:\n%s", text)
	}
	if text := list(verifyAll(t, bundle, given(by("CLUSTER_NAME", "5m")))); strings.Contains(text, "interval") {
		t.Error(text)
	}
}

func TestVariableMisread(t *testing.T) {
	each(t, "variable-misread",
		defect{name: "a version", warning: true, breakIt: withVariables, options: given(by("CLUSTER_NAME", "1.10")), at: certManager, path: "spec.values.clusterName", says: "as 1.10 becomes 1.1"},
		defect{name: "nothing", warning: true, breakIt: withVariables, options: given(by("CLUSTER_NAME", "")), at: certManager, path: "spec.values.clusterName", says: "something else to YAML"},
		defect{name: "a comment", warning: true, breakIt: withVariables, options: given(by("CLUSTER_NAME", "a #b")), at: certManager, path: "spec.values.clusterName", says: "text after a # is lost"},
		defect{name: "a default", warning: true, breakIt: all(withVariables, edit(certManager, "clusterName: ${CLUSTER_NAME}", "clusterName: ${CLUSTER_NAME:=1.10}")), at: certManager, path: "spec.values.clusterName", says: "what the default of a variable gives here"},
		defect{name: "YAML breaks", breakIt: withVariables, options: given(by("CLUSTER_NAME", "a: b")), at: certManager, says: "no YAML any more"},
	)
	two := given(by("CLUSTER_NAME", "a"), by("CLUSTER_NAME", "1e3"))
	two.Substitutions[1].By = "the Kustomization b (b.yaml)"
	each(t, "variable-misread",
		defect{name: "in the second cluster", warning: true, breakIt: withVariables, options: two, at: certManager, path: "spec.values.clusterName", says: "what the Kustomization b (b.yaml) gives"},
	)
	for _, value := range []string{`"1.10"`, `'1.10'`, `"a #b"`, "a#b", `C:\new`, "8080", "true", "1.5", "a\n", "a.b"} {
		bundle := load(t, "git")
		withVariables(t, bundle)
		passes(t, bundle, given(by("CLUSTER_NAME", value)))
	}
}

// TestHazard25_WhatIsNotMeantIsFoundBesideVariables looks at an edit of a release with variables.
func TestHazard25_WhatIsNotMeantIsFoundBesideVariables(t *testing.T) {
	another := func(text string) func(*testing.T, fstest.MapFS) {
		return all(withVariables, edit(certManager, "    crds:\n", "    env: '"+text+"'\n    crds:\n"))
	}
	each(t, "substitution",
		defect{name: "another variable", warning: true, breakIt: another("${NODE}"), at: certManager, says: `"${NODE…" is rewritten`},
		defect{name: "unclosed", breakIt: another("${NODE"), at: certManager, path: "spec.values.env", says: "Flux cannot read the variables of the text"},
	)
}

// TestHazard69_AVariableMayBecomeAnything lets the type of a variable be known where its value is, and
// only there.
func TestHazard69_AVariableMayBecomeAnything(t *testing.T) {
	variables := func(values string) func(*testing.T, fstest.MapFS) {
		return all(withUpstream(typed(), values), edit(release, "metadata:\n", "metadata:\n  annotations:\n    aicr.run/variables: X,Y\n"))
	}
	for name, c := range map[string]struct {
		values, x, check string
	}{
		"a number":                 {"replicas: '${X}'", "", ""},
		"a number that is given":   {"replicas: '${X}'", "2", ""},
		"text that is given":       {"replicas: '${X}'", "two", "values-type"},
		"a boolean":                {"driver: {enabled: '${X:=true}'}", "", ""},
		"a boolean that is given":  {"driver: {enabled: '${X}'}", "true", ""},
		"another that is given":    {"driver: {enabled: '${X}'}", "maybe", "values-schema"},
		"the default that is left": {"driver: {enabled: '${Y:=maybe}', replicas: '${X}'}", "2", "values-schema"},
	} {
		t.Run(name, func(t *testing.T) {
			bundle := load(t, "git")
			variables(c.values)(t, bundle)
			o := verify.Options{Skip: []string{"chart-render", "values-unknown"}}
			if c.x != "" {
				o.Substitutions = []verify.Substitution{by("X", c.x)}
			}
			report := verifyAll(t, bundle, o)
			found := ""
			for _, f := range report.Findings {
				found += f.Check
			}
			if found != c.check {
				t.Errorf("want %q:\n%s", c.check, list(report))
			}
		})
	}
}
