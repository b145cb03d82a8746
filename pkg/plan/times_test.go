package plan_test

import (
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/plan"
)

// timesOf plans the little bundle and returns how long its releases take, and why.
func timesOf(t *testing.T, o plan.Options) (map[string]string, plan.Report) {
	t.Helper()
	report, err := plan.Of(t.Context(), little(), o)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range report.Orders[0].Releases {
		got[r.Name] = time.Duration(r.Time).String() + " " + r.Kind + " " + r.TimeFrom
	}
	return got, report
}

func TestTheMostSpecificTimeCounts(t *testing.T) {
	for _, c := range []struct {
		file string
		want map[string]string
	}{
		{"{}", map[string]string{"op-crds": "10s crds kind", "op": "10m0s drivers kind", "op-post": "5s manifests kind", "web": "1m0s chart kind", "packed": "1m0s chart kind"}},
		{"default: 2m", map[string]string{"op": "2m0s drivers default", "op-post": "2m0s manifests default"}},
		{"default: 2m\nkinds: {drivers: 20m}", map[string]string{"op": "20m0s drivers kind", "web": "2m0s chart default"}},
		{"kinds: {drivers: 20m}\nreleases: {op: 90s}", map[string]string{"op": "1m30s drivers release", "op-post": "5s manifests kind"}},
	} {
		got, _ := timesOf(t, plan.Options{Times: times(t, c.file)})
		for name, want := range c.want {
			if got[name] != want {
				t.Errorf("%s: %s takes %q, want %q", c.file, name, got[name], want)
			}
		}
	}
	got, _ := timesOf(t, plan.Options{Times: times(t, "releases: {op: 12m}"), WhatIf: []plan.WhatIf{{Release: "op", Time: time.Hour}}})
	if got["op"] != "1h0m0s drivers what if" {
		t.Errorf("what if: %s", got["op"])
	}
}

func TestTimesAreReadStrictly(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "it is empty",
		"defaults: 1m":             `line 1: unknown key "defaults"; did you mean "default"?`,
		"default: 1":               `default: "1" is not a time such as 90s or 15m`,
		"default: -1m":             `"-1m" is not a time`,
		"default: 1000h":           "of at most 168h",
		"default: [1m]":            "default is a list, where a single value is needed",
		"kinds: {manifest: 1s}":    `kinds: unknown key "manifest"; did you mean "manifests"?`,
		"releases: [a]":            "releases is a list, where a map is needed",
		"kind: Pod":                `its kind is "Pod"`,
		"{kind: List, items: []}":  "it has no HelmRelease",
		"a: b: c":                  "check the syntax",
		"releases: {a: 1m, a: 2m}": `the key "a" appears twice`,
		"{kind: HelmRelease, status: {history: [{firstDeployed: yesterday}]}}": `"yesterday" is not a time such as`,
	} {
		if _, err := plan.ParseTimes([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	_, err := plan.Of(t.Context(), little(), plan.Options{
		Times:  times(t, "releases: {op-pots: 1m}"),
		WhatIf: []plan.WhatIf{{Release: "wbe", Time: time.Minute}, {Release: "web", Fails: 1000}, {Release: "web", Time: 1000 * time.Hour}},
	})
	for _, want := range []string{
		"`Times`: releases.op-pots: the bundle has no release of this name; did you mean \"op-post\"?",
		"`WhatIf` \"wbe\": the bundle has no release of this name; did you mean \"web\"?",
		"`WhatIf` web: it cannot fail 1000 times", "`WhatIf` web: 1000h0m0s is no time",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

// TestTimesOfACluster reads what helm-controller writes.
func TestTimesOfACluster(t *testing.T) {
	began := metav1.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	after := func(d time.Duration) metav1.Time { return metav1.NewTime(began.Add(d)) }
	release := func(name, reason string, ready time.Duration, history ...*helmv2.Snapshot) helmv2.HelmRelease {
		r := helmv2.HelmRelease{TypeMeta: metav1.TypeMeta{APIVersion: "helm.toolkit.fluxcd.io/v2", Kind: "HelmRelease"}}
		r.Name, r.Namespace, r.Status.History = name, "flux-system", history
		status := metav1.ConditionTrue
		if strings.HasSuffix(reason, "Failed") {
			status = metav1.ConditionFalse
		}
		r.Status.Conditions = []metav1.Condition{
			{Type: "Ready", Status: status, Reason: reason, LastTransitionTime: after(ready + time.Hour)},
			{Type: helmv2.ReleasedCondition, Status: status, Reason: reason, LastTransitionTime: after(ready)},
		}
		return r
	}
	snapshot := func(version int, status string) *helmv2.Snapshot {
		return &helmv2.Snapshot{Version: version, Status: status, FirstDeployed: began, LastDeployed: after(time.Duration(version-1) * time.Hour)}
	}
	list := map[string]any{"apiVersion": "v1", "kind": "List", "items": []helmv2.HelmRelease{
		release("op", helmv2.InstallSucceededReason, 9*time.Minute, snapshot(1, "deployed")),
		release("op-crds", helmv2.InstallSucceededReason, 0, snapshot(1, "deployed")),
		release("op-post", helmv2.UpgradeSucceededReason, 14*time.Minute, snapshot(2, "deployed"), snapshot(1, "failed")),
		release("web", helmv2.UpgradeSucceededReason, 48*time.Hour, snapshot(3, "deployed"), snapshot(2, "superseded")),
		release("packed", helmv2.InstallFailedReason, 5*time.Minute, snapshot(1, "failed")),
		release("of-another-bundle", helmv2.InstallSucceededReason, time.Minute, snapshot(1, "deployed")),
	}}
	text, err := yaml.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	got, report := timesOf(t, plan.Options{Times: times(t, string(text))})
	for name, want := range map[string]string{
		"op": "9m0s drivers cluster", "op-crds": "1s crds cluster", "op-post": "14m0s manifests cluster", // installed by the retry of an install that failed
		"web": "1m0s chart kind", "packed": "1m0s chart kind",
	} {
		if got[name] != want {
			t.Errorf("%s takes %q, want %q", name, got[name], want)
		}
	}
	warned := strings.Join(report.Warnings, "\n")
	for _, want := range []string{"web (upgraded since)", "packed (not ready)", "last (not in the cluster)"} {
		if !strings.Contains(warned, want) {
			t.Errorf("no warning of %s:\n%s", want, warned)
		}
	}
	if strings.Contains(warned, "op-post") {
		t.Error(warned)
	}
}
