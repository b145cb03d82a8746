package kubeschema_test

import (
	"strings"
	"testing"

	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/internal/kubeschema"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

var helmRelease = kubeschema.Kind{Group: "helm.toolkit.fluxcd.io", Version: "v2", Kind: "HelmRelease"}

const good = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: a, namespace: b}
spec:
  interval: 30m
  timeout: 15m
  install:
    crds: CreateReplace
    strategy: {name: RetryOnFailure, retryInterval: 2m}
  dependsOn:
  - name: c
  chart:
    spec:
      chart: a
      sourceRef: {kind: HelmRepository, name: d}
  values: {anything.at: {all: [1, 2.5, null]}}
`

func TestProblems(t *testing.T) {
	for _, c := range []struct{ name, old, replacement, field, says string }{
		{"good", "", "", "", ""},
		{"status is dropped", "spec:", "status: {x: y}\nspec:", "", ""},
		{"null for a default", "timeout: 15m", "timeout: null", "", ""},
		{"unknown field", "timeout:", "timeOut:", "spec.timeOut", `did you mean "timeout"?`},
		{"unknown field that means a required one", "interval: 30m", "intervall: 30m", "spec.intervall", `did you mean "interval"?`},
		{"unknown field in a list", "- name: c", "- name: c\n    whatever: 1", "spec.dependsOn[0].whatever", "no such field"},
		{"required field", "  interval: 30m\n", "", "spec.interval", "required"},
		{"wrong type", "interval: 30m", "interval: [30m]", "spec.interval", "must be of type string, not array"},
		{"enum", "CreateReplace", "Replace", "spec.install.crds", `"Replace" is not one of the supported values: "Skip", "Create"`},
		{"duration", "timeout: 15m", "timeout: 15 minutes", "spec.timeout", "not a duration"},
		{"pattern", "timeout: 15m", "timeout: 15m\n  targetNamespace: ''", "spec.targetNamespace", "at least 1"},
		{"CEL rule", "RetryOnFailure", "RemediateOnFailure", "spec.install.strategy", "retryInterval cannot be set"},
		{"CEL rule of the whole", "  chart:\n", "  chartRef: {kind: OCIRepository, name: x}\n  chart:\n", "spec", "either chart or chartRef"},
		{"no secret is told", "interval: 30m", "interval: hunter2", "spec.interval", "not a duration"},
	} {
		t.Run(c.name, func(t *testing.T) {
			problems, err := kubeschema.Find("2.9", helmRelease).Problems(t.Context(), object(t, c.old, c.replacement))
			if err != nil {
				t.Fatal(err)
			}
			if c.says == "" {
				if len(problems) > 0 {
					t.Errorf("got %v", problems)
				}
				return
			}
			if len(problems) != 1 || rollout.Dotted(problems[0].Path...) != c.field || !strings.Contains(problems[0].Text, c.says) {
				t.Errorf("got %v, want one at %s that says %q", problems, c.field, c.says)
			}
			for _, p := range problems {
				if strings.Contains(p.Text, "hunter2") {
					t.Errorf("%q tells a value", p.Text)
				}
			}
		})
	}
}

func TestLinesDiffer(t *testing.T) {
	for _, c := range []struct {
		addition string
		accepted []string
	}{
		{"maxHistory: 3", []string{"2.7", "2.8", "2.9"}},
		{"healthCheckExprs: [{apiVersion: v1, kind: A, current: 'true'}]", []string{"2.8", "2.9"}},
		{"healthCheckExprs: [{apiVersion: v1, current: 'true'}]", []string{"2.9"}},
		{"upgrade: {chartNameChangeStrategy: InPlaceUpdate}", []string{"2.9"}},
	} {
		t.Run(c.addition, func(t *testing.T) {
			var accepted []string
			for _, line := range kubeschema.Lines() {
				ok, err := kubeschema.Find(line, helmRelease).Accepts(t.Context(), object(t, "  interval: 30m\n", "  interval: 30m\n  "+c.addition+"\n"))
				if err != nil {
					t.Fatal(err)
				}
				if ok {
					accepted = append(accepted, line)
				}
			}
			if strings.Join(accepted, " ") != strings.Join(c.accepted, " ") {
				t.Errorf("accepted by %v, want %v", accepted, c.accepted)
			}
		})
	}
}

func TestEverySchemaCompiles(t *testing.T) {
	for _, line := range kubeschema.Lines() {
		for _, group := range []string{"helm.toolkit.fluxcd.io", "source.toolkit.fluxcd.io", "source.extensions.fluxcd.io", "kustomize.toolkit.fluxcd.io"} {
			kinds := kubeschema.Siblings(line, kubeschema.Kind{Group: group})
			if len(kinds) == 0 {
				t.Errorf("Flux %s has no kind of %s", line, group)
			}
			for _, kind := range kinds {
				if _, err := kubeschema.Find(line, kind).Problems(t.Context(), map[string]any{}); err != nil {
					t.Errorf("Flux %s, %s: %v", line, kind, err)
				}
			}
		}
	}
}

func TestServing(t *testing.T) {
	old := helmRelease
	old.Version = "v2beta2"
	if got := kubeschema.Serving(old); len(got) != 1 || got[0] != "2.7" {
		t.Errorf("v2beta2 is served by %v, want 2.7 alone", got)
	}
	if kubeschema.Find("2.9", old) != nil {
		t.Error("2.9 serves v2beta2")
	}
	if !kubeschema.KnownGroup(old.Group) || kubeschema.KnownGroup("image.toolkit.fluxcd.io") {
		t.Error("the known groups are wrong")
	}
}

func object(tb testing.TB, old, replacement string) map[string]any {
	tb.Helper()
	if !strings.Contains(good, old) {
		tb.Fatalf("there is no %q", old)
	}
	return decode(tb, strings.Replace(good, old, replacement, 1))
}

func decode(tb testing.TB, text string) map[string]any {
	tb.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	var content map[string]any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &content); err != nil {
		tb.Fatal(err)
	}
	return content
}

func BenchmarkProblems(b *testing.B) {
	content, schema := object(b, "", ""), kubeschema.Find("2.9", helmRelease)
	for b.Loop() {
		if p, err := schema.Problems(b.Context(), content); err != nil || len(p) > 0 {
			b.Fatal(p, err)
		}
	}
}
