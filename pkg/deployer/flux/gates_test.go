package flux_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/pkg/runtime/cel"

	"github.com/aicr-flux/aicr/pkg/component"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
)

const (
	policy     = "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata:\n  name: policy\n"
	hookPolicy = policy + "  annotations:\n    helm.sh/hook: post-install,post-upgrade\n    helm.sh/hook-delete-policy: before-hook-creation\n"
)

func policyReady(inChart bool) component.HealthCheck {
	return component.HealthCheck{APIVersion: "nvidia.com/v1", Kind: "ClusterPolicy", Current: "status.state == 'ready'", InChart: inChart}
}

// TestTheGateIsOnTheReleaseThatBringsTheObject in every order, and what comes after the component
// waits for its last release.
func TestTheGateIsOnTheReleaseThatBringsTheObject(t *testing.T) {
	for name, c := range map[string]struct {
		pre, post string
		check     component.HealthCheck
		gated     []string
		timeout   time.Duration
	}{
		"the chart's":                     {manifest, manifest, policyReady(true), []string{"gpu"}, 30 * time.Minute},
		"that of its manifests":           {manifest, policy, policyReady(true), []string{"gpu-post"}, 30 * time.Minute},
		"that of what comes before":       {policy, manifest, policyReady(true), []string{"gpu-pre"}, 30 * time.Minute},
		"a hook":                          {manifest, hookPolicy, policyReady(false), []string{"gpu-post"}, 90 * time.Minute},
		"none, where there is no object":  {manifest, manifest, policyReady(false), nil, 15 * time.Minute},
		"each, where several have a kind": {policy, policy, policyReady(true), []string{"gpu-post", "gpu-pre"}, 30 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGenerator(chartRef("gpu"), chartRef("next", "gpu"), chartRef("other"))
			g.ComponentPreManifests["gpu"], g.ComponentManifests["gpu"] = manifests("pre.yaml", c.pre), manifests("post.yaml", c.post)
			g.HealthChecks = map[string][]component.HealthCheck{"gpu": {c.check}}
			for _, g := range []*flux.Generator{g, inGraph(g), inOCI(g)} {
				plan, files, _ := proved(t, g)
				var gated []string
				for i := range plan.Releases {
					r := &plan.Releases[i]
					hr := helmRelease(t, files, r.Name)
					want := 15 * time.Minute
					if len(hr.Spec.HealthCheckExprs) > 0 {
						gated, want = append(gated, r.Name), c.timeout
						if hr.Spec.HealthCheckExprs[0].Current != c.check.Current || hr.Spec.HealthCheckExprs[0].Kind != "ClusterPolicy" || hr.Spec.HealthCheckExprs[0].APIVersion != "nvidia.com/v1" {
							t.Errorf("%+v", hr.Spec.HealthCheckExprs)
						}
					}
					if hr.Spec.Timeout.Duration != want {
						t.Errorf("%s has the timeout %s, want %s", r.Name, hr.Spec.Timeout.Duration, want)
					}
					if r.Name == "next" && !slices.Equal(r.DependsOn, []string{"gpu-post"}) {
						t.Errorf("next waits for %v", r.DependsOn)
					}
				}
				slices.Sort(gated)
				if !slices.Equal(gated, c.gated) {
					t.Errorf("gated are %v, want %v", gated, c.gated)
				}
				needs := "Needs Flux 2.7 or later"
				if len(c.gated) > 0 {
					needs = "Needs Flux 2.8 or later"
				}
				out := plan.Output()
				if out.DeploymentNotes[0] != needs || strings.Contains(strings.Join(out.DeploymentNotes, "\n"), " (ClusterPolicy)") != (len(c.gated) > 0) {
					t.Errorf("notes %q", out.DeploymentNotes)
				}
				if readme := string(files["README.md"].Data); !strings.Contains(readme, needs) || strings.Contains(readme, "| ClusterPolicy.nvidia.com | status.state == 'ready' |") != (len(c.gated) > 0) {
					t.Errorf("the README does not say it:\n%s", readme)
				}
			}
		})
	}
}

// TestGatesWorkAsHelmControllerReadsThem: it takes the expressions, and nothing in the release keeps
// it from evaluating them.
func TestGatesWorkAsHelmControllerReadsThem(t *testing.T) {
	g := newGenerator(chartRef("gpu"))
	check := policyReady(true)
	check.Failed = "status.state == 'error: \"${x}\"' || status.state == '#'"
	g.HealthChecks = map[string][]component.HealthCheck{"gpu": {check, {APIVersion: "v1", Kind: "ConfigMap", Current: "data.done == 'yes'", InChart: true}}}
	g.Settings.Timeout = 20 * time.Minute
	_, files, _ := proved(t, g)
	hr := helmRelease(t, files, "gpu")
	if _, err := cel.NewStatusReader(hr.Spec.HealthCheckExprs); err != nil {
		t.Fatal(err)
	}
	exprs := hr.Spec.HealthCheckExprs
	if len(exprs) != 2 || exprs[0].Failed != check.Failed || exprs[0].InProgress != "" || exprs[1].APIVersion != "v1" || exprs[1].Failed != "" {
		t.Errorf("%+v", exprs)
	}
	if hr.Spec.Timeout.Duration != 20*time.Minute {
		t.Errorf("the timeout that was given became %s", hr.Spec.Timeout.Duration)
	}
	if hr.GetInstall().GetDisableWait() || hr.GetUpgrade().GetDisableWait() || hr.GetWaitStrategy() != "" {
		t.Error("helm-controller does not evaluate the expressions")
	}
}

func TestGatesThatCannotBe(t *testing.T) {
	gate := func(change func(*flux.Generator, *component.HealthCheck)) *flux.Generator {
		g := newGenerator(chartRef("gpu"), manifestRef("tuning"))
		g.ComponentManifests["tuning"] = manifests("a.yaml", manifest, "b.yaml", policy)
		check := component.HealthCheck{APIVersion: "a/v1", Kind: "A", Current: "true", From: "`Ready` tuning=A.a", Given: true, InChart: true}
		change(g, &check)
		g.HealthChecks = map[string][]component.HealthCheck{"tuning": {check}}
		return g
	}
	refuses(t, gate(func(*flux.Generator, *component.HealthCheck) {}), "`Ready` tuning=A.a", "no release of component \"tuning\" brings the kind A.a", "ClusterPolicy.nvidia.com, ConfigMap")
	refuses(t, gate(func(_ *flux.Generator, h *component.HealthCheck) {
		h.Kind, h.APIVersion, h.Current = "ConfigMap", "v1", "status.state = 'ready'"
	}), "`Ready`", "Current", "status.state == 'ready'")
	refuses(t, gate(func(_ *flux.Generator, h *component.HealthCheck) {
		h.Kind, h.APIVersion, h.Failed = "ConfigMap", "v1", "("
	}), "Failed")
	g := gate(func(g *flux.Generator, h *component.HealthCheck) {
		g.Readiness, h.From, h.Given = true, "components/tuning/readiness.yaml", false
	})
	if plan := mustPlan(t, g); !hasWarning(plan.Warnings, "components/tuning/readiness.yaml", "not waited for") || !hasWarning(plan.Warnings, "`Readiness` has no effect") {
		t.Errorf("%q", plan.Warnings)
	}
}

func TestFlux27HasNoGates(t *testing.T) {
	for field, set := range map[string]func(*flux.Generator){
		"`Readiness`":   func(g *flux.Generator) { g.Readiness = true },
		"`Ready`":       func(g *flux.Generator) { g.Ready = []deployer.ReadyExpression{{}} },
		"`ReadyFailed`": func(g *flux.Generator) { g.ReadyFailed = []deployer.ReadyExpression{{}} },
	} {
		g := newGenerator(chartRef("gpu"))
		set(g)
		g.FluxVersion = "2.7"
		refuses(t, g, field+" needs Flux 2.8 or later", "`FluxVersion` is 2.7", "healthCheckExprs")
		for _, version := range []string{"", "2.8", "2.9"} {
			g.FluxVersion = version
			mustPlan(t, g)
		}
	}
	g := newGenerator(chartRef("gpu"))
	g.FluxVersion = "2.7"
	mustPlan(t, g)
}
