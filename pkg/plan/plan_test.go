package plan_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aicr-flux/aicr/pkg/errors"
	"github.com/aicr-flux/aicr/pkg/plan"
)

// little is a bundle that no recipe explains: a chain of all kinds of releases.
func little() fstest.MapFS {
	files := fstest.MapFS{}
	var resources []string
	write := func(name, text string) {
		files[name] = &fstest.MapFile{Data: []byte(text)}
		resources = append(resources, "- "+name)
	}
	release := func(name, spec string) {
		write(name+".yaml", "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: "+name+", namespace: flux-system}\nspec:\n  timeout: 15m\n"+spec)
	}
	upstream := "  chart: {spec: {chart: x, version: 1.2.3, sourceRef: {kind: HelmRepository, name: charts}}}\n"
	local := func(name string) string {
		files["charts/"+name+"/Chart.yaml"] = &fstest.MapFile{Data: []byte("apiVersion: v2\nname: " + name + "\nversion: 0.1.0\n")}
		return "  chart: {spec: {chart: ./charts/" + name + ", sourceRef: {kind: GitRepository, name: repo}}}\n"
	}
	release("op-crds", upstream)
	release("op", upstream+"  dependsOn: [{name: op-crds}]\n  healthCheckExprs: [{apiVersion: nvidia.com/v1, kind: ClusterPolicy, current: \"status.state == 'ready'\"}]\n")
	release("op-post", local("op-post")+"  dependsOn: [{name: op}]\n")
	release("web", upstream+"  dependsOn: [{name: op-post}]\n")
	release("packed", local("packed")+"  dependsOn: [{name: web}]\n")
	files["charts/packed/charts/web-1.2.3.tgz"] = &fstest.MapFile{Data: []byte("a chart")}
	release("last", upstream+"  dependsOn: [{name: packed}]\n")
	source := func(kind, name, spec string) {
		write(kind+name+".yaml", "apiVersion: source.toolkit.fluxcd.io/v1\nkind: "+kind+"\nmetadata: {name: "+name+", namespace: flux-system}\nspec: {"+spec+"}\n")
	}
	source("HelmRepository", "charts", "url: 'https://charts.example.com', interval: 1h")
	source("HelmRepository", "address", "url: 'oci://registry.example.com', type: oci, interval: 1m")
	source("GitRepository", "repo", "url: 'https://git.example.com/org/repo.git', interval: 5m")
	source("OCIRepository", "spare", "url: 'oci://registry.example.com/a', interval: 1m, suspend: true")
	files["kustomization.yaml"] = &fstest.MapFile{Data: []byte("resources:\n" + strings.Join(resources, "\n") + "\n")}
	return files
}

func change(files fstest.MapFS, file, old, text string) fstest.MapFS {
	data := string(files[file].Data)
	if !strings.Contains(data, old) {
		panic(file + " has no " + old)
	}
	files[file] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(data, old, text))}
	return files
}

func of(t *testing.T, files fstest.MapFS, o plan.Options) plan.Report {
	t.Helper()
	report, err := plan.Of(t.Context(), files, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestABundleWithoutARecipeHasOneOrder(t *testing.T) {
	report := of(t, little(), plan.Options{})
	if len(report.Orders) != 2 || report.Orders[0].Ordering != "other" || !report.Orders[0].Own || !report.Orders[1].EventDriven {
		t.Errorf("%+v", report.Orders)
	}
	if len(report.Warnings) != 1 || !strings.Contains(report.Warnings[0], "the bundle has no recipe.yaml") {
		t.Errorf("%q", report.Warnings)
	}
	own := report.Orders[0]
	if diff := cmp.Diff([]string{"op-crds", "op", "op-post", "web", "packed", "last"}, own.CriticalPath); diff != "" {
		t.Error(diff)
	}
	if own.Waves != 6 || own.Installing != plan.Span(13*time.Minute+15*time.Second) || own.Waiting <= 0 || own.Ready != own.Installing+own.Waiting {
		t.Errorf("%d waves, %s, of which %s and %s", own.Waves, time.Duration(own.Ready), time.Duration(own.Installing), time.Duration(own.Waiting))
	}
	for broken, want := range map[string]string{
		"web.yaml: kind: Deployment\n": "has no apiVersion",
		"kustomization.yaml: {}":       "it holds no HelmRelease",
	} {
		file, text, _ := strings.Cut(broken, ": ")
		files := little()
		files[file] = &fstest.MapFile{Data: []byte(text)}
		if file == "kustomization.yaml" {
			files = fstest.MapFS{file: files[file]}
		}
		if _, err := plan.Of(t.Context(), files, plan.Options{}); errors.CodeOf(err) != errors.ErrCodeInvalidRequest || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", broken, err, want)
		}
	}
}

// TestWhatIfAReleaseFails follows the strategy that the release has.
func TestWhatIfAReleaseFails(t *testing.T) {
	o := plan.Options{WhatIf: []plan.WhatIf{{Release: "web", Fails: 2}, {Release: "web", Time: 2 * time.Minute}}}
	for strategy, want := range map[string]struct {
		took     time.Duration
		attempts int
		warning  string
	}{
		"": {took: -1, attempts: 1, warning: "release web fails, and Flux gives up after 1 of its installs"},
		"  install: {strategy: {name: RetryOnFailure, retryInterval: 3m}}\n":              {took: 38 * time.Minute, attempts: 3},
		"  install: {strategy: {name: RetryOnFailure}}\n":                                 {took: 42 * time.Minute, attempts: 3},
		"  install: {timeout: 1m, strategy: {name: RetryOnFailure, retryInterval: 1m}}\n": {took: 6*time.Minute + 100*time.Millisecond, attempts: 4},
		"  install: {remediation: {retries: 2}}\n":                                        {took: 32*time.Minute + 1500*time.Millisecond, attempts: 3},
		"  suspend: true\n": {took: -1, warning: "release web is suspended"},
	} {
		report := of(t, change(little(), "web.yaml", "spec:\n", "spec:\n"+strategy), o)
		warned := strings.Join(report.Warnings, "\n")
		if !strings.Contains(warned, want.warning) || want.warning == "" && strings.Contains(warned, "release web") {
			t.Errorf("%s: %s", strategy, warned)
		}
		r := report.Orders[0].Releases[3]
		took := time.Duration(-1)
		if !r.Ready.Never() {
			took = time.Duration(r.Ready - r.Start)
		}
		if r.Name != "web" || took != want.took || r.Attempts != want.attempts {
			t.Errorf("%s: %s takes %s in %d attempts, want %s in %d", strategy, r.Name, took, r.Attempts, want.took, want.attempts)
		}
		if report.Orders[0].Ready.Never() != (want.took < 0) {
			t.Errorf("%s: all ready at %s", strategy, time.Duration(report.Orders[0].Ready))
		}
	}
}

func TestWhatABundleLeavesOpen(t *testing.T) {
	cycle := of(t, change(little(), "op-crds.yaml", "spec:\n", "spec:\n  dependsOn: [{name: op}]\n"), plan.Options{})
	if warned := strings.Join(cycle.Warnings, "\n"); !cycle.Orders[0].Ready.Never() || !strings.Contains(warned, "release op waits for itself") {
		t.Errorf("a cycle: %s", warned)
	}
	data, err := json.Marshal(cycle.Orders[0])
	if err != nil || !strings.Contains(string(data), `"ready":null,"waves":0`) {
		t.Errorf("never in JSON: %s %v", data, err)
	}
	outside := of(t, change(little(), "op-crds.yaml", "spec:\n", "spec:\n  dependsOn: [{name: cert-manager}]\n"), plan.Options{})
	if warned := strings.Join(outside.Warnings, "\n"); outside.Orders[0].Ready.Never() || !strings.Contains(warned, "release op-crds waits for HelmRelease flux-system/cert-manager, which is not in the bundle; it is taken for ready") {
		t.Errorf("a dependency outside: %s", warned)
	}
	files := little()
	for _, name := range []string{"op", "op-post", "web", "packed", "last"} {
		change(files, name+".yaml", "namespace: flux-system", "namespace: flux-system, labels: {aicr.run/wake: 'true'}")
	}
	woken := of(t, files, plan.Options{})
	if own, polled := woken.Orders[0], woken.Orders[1]; !own.EventDriven || polled.EventDriven || own.Waiting > plan.Span(5*time.Second) || polled.Waiting < 5*own.Waiting {
		t.Errorf("a bundle with wake-ups: %+v", woken.Orders)
	}
}

func TestHowOftenSourcesAreAsked(t *testing.T) {
	report := of(t, little(), plan.Options{Clusters: 10})
	want := []plan.Source{
		{Kind: "GitRepository", Name: "repo", URL: "https://git.example.com/org/repo.git", Interval: plan.Span(5 * time.Minute), PerHour: 120},
		{Kind: "HelmRepository", Name: "charts", URL: "https://charts.example.com", Interval: plan.Span(time.Hour), PerHour: 10},
	}
	if diff := cmp.Diff(want, report.Sources); diff != "" {
		t.Error(diff)
	}
	if report = of(t, little(), plan.Options{}); report.Sources != nil {
		t.Errorf("%v", report.Sources)
	}
}
