package rollout_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/rollout"
	"github.com/aicr-flux/aicr/pkg/values"
)

// TestHazard62_TargetPathIsReadAsHelmReadsIt puts text at a path by Helm's own parser, as
// helm-controller does: commas and braces mean something unless the text is in quotes or literal.
func TestHazard62_TargetPathIsReadAsHelmReadsIt(t *testing.T) {
	for _, c := range []struct {
		name, text, more string
		want             any
		problem          string
	}{
		{name: "a number", text: `"3"`, want: int64(3)},
		{name: "in quotes", text: `'"3"'`, want: "3"},
		{name: "a list", text: "'{a,b}'", want: []any{"a", "b"}},
		{name: "literal", text: "'a,b={c}'", more: ", literal: true", want: "a,b={c}"},
		{name: "a comma", text: "'a,b'", problem: "cannot be put at x.y"},
		{name: "a comma and a key", text: "'a,z=b'", want: "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := read(t, release+`  valuesFrom:
  - {kind: ConfigMap, name: one, valuesKey: k, targetPath: x.y`+c.more+`}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: one, namespace: flux-system}
data:
  k: `+c.text+"\n")
			composed, problems := r.Compose(r.Releases[0])
			if c.problem != "" {
				if len(problems) != 1 || !strings.Contains(problems[0].Text, c.problem) {
					t.Errorf("got %v, problems %v", composed, problems)
				}
				return
			}
			x, _ := composed["x"].(map[string]any)
			if diff := cmp.Diff(c.want, x["y"]); diff != "" || len(problems) > 0 {
				t.Errorf("problems %v, (-want +got)\n%s", problems, diff)
			}
		})
	}
}

// TestHazard62_ValuesFilesStandInThePlaceOfTheChartsOwn merges chart.spec.valuesFiles, whose paths
// are those of the repository.
func TestHazard62_ValuesFilesStandInThePlaceOfTheChartsOwn(t *testing.T) {
	archive := func(files, more string) string {
		return release + `  chart:
    spec:
      chart: ./clusters/a/local
      sourceRef: {kind: GitRepository, name: repo}
      valuesFiles: ` + files + more + `
-- local/Chart.yaml --
name: local
-- local/values.yaml --
a: {chart: 1}
-- local/prod.yaml --
a: {prod: 1, both: 1}
-- more.yaml --
a: {both: 2}
`
	}
	for _, c := range []struct {
		files, more string
		want        map[string]any
		problem     string
	}{
		{files: "[]"},
		{
			files: "[./clusters/a/local/prod.yaml, clusters/a/more.yaml]",
			want:  map[string]any{"a": map[string]any{"prod": int64(1), "both": int64(2)}},
		},
		{files: "[clusters/a/local/gone.yaml]", problem: `the bundle does not hold the values file "clusters/a/local/gone.yaml"`},
		{files: "[local/prod.yaml]", problem: `the bundle does not hold the values file "local/prod.yaml"`},
		{files: "[clusters/a/local/gone.yaml]", more: "\n      ignoreMissingValuesFiles: true"},
	} {
		r := read(t, archive(c.files, c.more))
		source := r.ChartSource(r.Releases[0], "")
		if c.problem != "" {
			if len(source.ValuesProblems) != 1 || source.ValuesProblems[0].Text != c.problem || source.ValuesProblems[0].Path != "spec.chart.spec.valuesFiles[0]" {
				t.Errorf("%s: problems %v, want %s", c.files, source.ValuesProblems, c.problem)
			}
			continue
		}
		if diff := cmp.Diff(c.want, source.Values); diff != "" || len(source.ValuesProblems) > 0 {
			t.Errorf("%s: problems %v, (-want +got)\n%s", c.files, source.ValuesProblems, diff)
		}
	}
	for file, want := range map[string]bool{"[a.yaml]": false, "[a.yaml]\n      ignoreMissingValuesFiles: true": true} {
		r := read(t, archive(file, ""))
		if got := r.Releases[0]; got.IgnoreMissingValuesFiles != want || cmp.Diff([]string{"a.yaml"}, got.ValuesFiles) != "" {
			t.Errorf("%s is read as %v, %v", file, got.ValuesFiles, got.IgnoreMissingValuesFiles)
		}
	}
}

// TestHazard18_TheValueOfASecretIsAPlaceholder, where only the cluster has it: so the chart that
// demands it renders. In a map of inline values it stays, as helm-controller leaves it.
func TestHazard18_TheValueOfASecretIsAPlaceholder(t *testing.T) {
	r := read(t, release+`  values: {auth: {user: inline, password: inline}, top: inline}
  valuesFrom:
  - {kind: Secret, name: s, valuesKey: k, targetPath: auth.password}
  - {kind: Secret, name: s, valuesKey: k, targetPath: top}
  - {kind: Secret, name: s, valuesKey: k, targetPath: new.value}
  - {kind: Secret, name: s}
`)
	composed, problems := r.Compose(r.Releases[0])
	want := map[string]any{
		"auth": map[string]any{"user": "inline", "password": rollout.SecretPlaceholder}, "top": "inline",
		"new": map[string]any{"value": rollout.SecretPlaceholder},
	}
	if diff := cmp.Diff(want, composed); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(problems) != 4 || problems[0].Path != "spec.valuesFrom[0]" || problems[0].Text != "the value at auth.password is in Secret flux-system/s of the cluster" {
		t.Errorf("problems %v", problems)
	}
}

// TestTargetPathLeadsWhereItShould, by Helm's parser.
func TestTargetPathLeadsWhereItShould(t *testing.T) {
	for _, keys := range [][]string{{"a"}, {"a", "b"}, {"a.b/c", "d-e_f"}, {`a\b`}, {`a\`, "b"}, {"0"}, {"null"}} {
		target, err := rollout.TargetPath(keys)
		if err != nil {
			t.Errorf("%q: %v", keys, err)
			continue
		}
		got, err := rollout.ValuesFrom{TargetPath: target}.Merge(map[string]any{}, "x")
		if v, _ := values.Get(got, keys); v != "x" || err != nil {
			t.Errorf("%q is written as %s, which leads to %v, %v", keys, target, got, err)
		}
	}
	for _, keys := range [][]string{{""}, {"a", ""}, {"a=b"}, {"a,b"}, {"a[0]"}, {"a b"}, {"ä"}, {strings.Repeat("a", 251)}, slices.Repeat([]string{"a"}, 40)} {
		if target, err := rollout.TargetPath(keys); err == nil {
			t.Errorf("%q is written as %q", keys, target)
		}
	}
}
