package checks_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
	"github.com/aicr-flux/aicr/pkg/verify/engine"
)

// server answers by "Kind namespace/name".
type server struct {
	answers map[string]engine.Answer
	err     error
}

func (server) APIVersions() []string { return []string{"v1", "apps/v1"} }

func (server) String() string { return "the API server of a test" }

func (s server) Ask(_ context.Context, object map[string]any, namespace string) (engine.Answer, error) {
	metadata := object["metadata"].(map[string]any)
	return s.answers[fmt.Sprintf("%s %s/%s", object["kind"], namespace, metadata["name"])], s.err
}

func refusal(field, text string) engine.Answer {
	return engine.Answer{Verdict: engine.Refused, Problems: []engine.Problem{{Field: field, Reason: "FieldValueInvalid", Text: text}}}
}

func TestServerRefuses(t *testing.T) {
	nothing := func(*testing.T, fstest.MapFS) {}
	ask := func(name string, a engine.Answer) verify.Options {
		return verify.Options{APIServer: server{answers: map[string]engine.Answer{name: a}}}
	}
	const quota = "ResourceQuota gpu-operator/critical-pods"
	secret := all(
		add("own.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: flux-system}\nstringData: {a: hunter22}\n"),
		edit(listing, "resources:\n", "resources:\n- own.yaml\n"),
	)
	withSecret := ask("Secret flux-system/a", refusal("data.a", `Invalid value: "hunter22"`))
	withSecret.Skip = []string{"secret-in-clear"}
	each(t, "server-refuses",
		defect{name: "an object of the bundle", breakIt: nothing, options: ask("HelmRelease flux-system/gpu-operator", refusal("spec.interval", "too short")), at: release + ":8", path: "spec.interval", says: "the API server refuses it: too short"},
		defect{name: "what a chart renders", breakIt: nothing, options: ask(quota, refusal("spec.hard[pods]", "denied by a policy")), at: template + ":3", path: "spec.hard.pods", says: "denied by a policy"},
		defect{name: "a warning", breakIt: nothing, options: ask(quota, engine.Answer{Warnings: []string{"v1 is old"}}), at: template + ":3", says: "the API server warns: v1 is old", warning: true},
		defect{name: "a version that is gone", breakIt: nothing, options: ask(quota, engine.Answer{Verdict: engine.NoKind, Versions: []string{"v2"}}), at: template + ":3", path: "apiVersion", says: "the API server has no v1 ResourceQuota; it has ResourceQuota in v2"},
		defect{name: "a Secret", breakIt: secret, options: withSecret, at: "own.yaml:1", says: "refuses it: FieldValueInvalid data.a"},
	)
}

func TestWhatTheServerCannotBeAskedIsSaid(t *testing.T) {
	answers := map[string]engine.Answer{
		"HelmRelease flux-system/gpu-operator":     {Verdict: engine.NoKind},
		"ResourceQuota gpu-operator/critical-pods": {Verdict: engine.NoNamespace},
		"HelmRelease flux-system/cert-manager":     {Verdict: engine.NotAsked, Problems: []engine.Problem{{Text: "me may not"}}},
		"ConfigMap flux-system/gpu-operator-var":   {Verdict: engine.NoKind},
	}
	report := passes(t, load(t, "git"), verify.Options{APIServer: server{answers: answers}})
	text := list(report) + strings.Join(report.Notes, "\n")
	for _, want := range []string{"their kind yet: helm.toolkit.fluxcd.io/v2 HelmRelease", "their namespace yet: gpu-operator", "does not tell: me may not", "the API server of a test was asked about"} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing says %q:\n%s", want, text)
		}
	}
	gone := errors.New("connection refused")
	if _, err := verify.Bundle(t.Context(), load(t, "git"), verify.Options{APIServer: server{err: gone}}); !errors.Is(err, gone) {
		t.Errorf("a server that does not answer: %v", err)
	}
}

// TestTheServerRepeatsNothing: what a schema says already is not said again.
func TestTheServerRepeatsNothing(t *testing.T) {
	bundle := load(t, "git")
	edit(release, "interval: 30m", "interval: soon")(t, bundle)
	o := verify.Options{APIServer: server{answers: map[string]engine.Answer{"HelmRelease flux-system/gpu-operator": refusal("spec.interval", "no duration")}}}
	if report := verifyAll(t, bundle, o); len(report.Findings) != 1 || report.Findings[0].Check != "schema" {
		t.Errorf("want it once:\n%s", list(report))
	}
}
