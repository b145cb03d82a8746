package fleet_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/pkg/deployer/flux"
	"github.com/aicr-flux/aicr/pkg/fleet"
	"github.com/aicr-flux/aicr/pkg/recipe"
	"github.com/aicr-flux/aicr/pkg/rollout"
)

// TestClustersGiveTheVariablesOfTheirBundle builds a fleet of a bundle with variables.
func TestClustersGiveTheVariablesOfTheirBundle(t *testing.T) {
	b, err := flux.Deployer{}.Make(t.Context(), deployer.Input{
		Options:           deployer.Options{GitSourceName: "flux-system"},
		Recipe:            &recipe.RecipeResult{ComponentRefs: []recipe.ComponentRef{{Name: "web", Namespace: "web", Type: "Helm", Source: "https://charts.example.com", Version: "1.0.0"}}},
		Values:            map[string]map[string]any{"web": {"cluster": "${CLUSTER_NAME}", "region": "${REGION:=eu}"}},
		SubstitutedValues: map[string][]string{"web": {"cluster", "region"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ group, a, b, err, warning string }{
		"each its own":      {"{}", "{CLUSTER_NAME: a}", "{CLUSTER_NAME: b, REGION: us}", "", ""},
		"from the group":    {"{CLUSTER_NAME: x}", "{}", "{REGION: us}", "", ""},
		"one lacks it":      {"{REGION: us}", "{CLUSTER_NAME: a}", "{}", `cluster "b": variable CLUSTER_NAME: the bundle needs it, and nothing gives it`, ""},
		"one gives none":    {"{}", "{CLUSTER_NAME: a}", "{}", `cluster "b": variable CLUSTER_NAME`, ""},
		"YAML breaks":       {"{}", "{CLUSTER_NAME: 'a: b'}", "{CLUSTER_NAME: b}", `cluster "a": HelmRelease flux-system/web: the substitution of its variables fails`, ""},
		"a number":          {"{}", "{CLUSTER_NAME: '1.10'}", "{CLUSTER_NAME: '\"1.10\"'}", "", `cluster "a": HelmRelease flux-system/web: what a variable gives at spec.values.cluster is something else to YAML`},
		"a secret":          {"{}", "{CLUSTER_NAME: a, DB_PASSWORD: hunter2}", "{CLUSTER_NAME: b}", "", `cluster "a": substitute DB_PASSWORD looks like a secret`},
		"a patch":           {"{}\n    patches: [{patch: '- {op: add, path: /spec/values/x, value: \"${OTHER}\"}', target: {kind: HelmRelease}}]", "{CLUSTER_NAME: a}", "{CLUSTER_NAME: b, OTHER: x}", `cluster "a": HelmRelease flux-system/web has the variable OTHER, which nothing gives`, ""},
		"a patch's default": {"{}\n    patches: [{patch: '- {op: add, path: /spec/values/x, value: \"${OTHER:=1.10}\"}', target: {kind: HelmRelease}}]", "{CLUSTER_NAME: a}", "{CLUSTER_NAME: b, OTHER: x}", "", `cluster "a": HelmRelease flux-system/web: what a variable gives at spec.values.x is something else to YAML`},
		"the cluster's own": {"{}\n    substituteFrom: [{kind: ConfigMap, name: vars}]", "{}", "{}", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := fleet.Parse([]byte("bundles: {b: {directory: b, path: b, source: flux-system}}\ngroups:\n  g:\n    bundle: b\n    substitute: " + c.group +
				"\nclusters:\n  a: {group: g, substitute: " + c.a + "}\n  b: {group: g, substitute: " + c.b + "}\n"))
			if err != nil {
				t.Fatal(err)
			}
			m, err := f.Make(t.Context(), map[string]*rollout.Rollout{"b": b.Rollout}, nil)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), `cluster "a"`) != strings.Contains(c.err, `"a"`) {
					t.Errorf("got %v, want %s", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(m.Warnings, "\n"); !strings.HasPrefix(got, c.warning) || (c.warning == "") != (got == "") {
				t.Errorf("warnings %q, want %q", got, c.warning)
			}
		})
	}
}
