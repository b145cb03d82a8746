package checks_test

import (
	"strings"
	"testing"

	"github.com/aicr-flux/aicr/pkg/verify"
)

const clusterPolicies = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: policies.example.com}
spec:
  group: example.com
  scope: Cluster
  names: {kind: Policy, plural: policies, singular: policy, listKind: PolicyList}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        type: object
        required: [spec, status]
        properties:
          spec:
            type: object
            required: [mode]
            x-kubernetes-validations: [{rule: "self.low <= self.high", message: "low must not be above high"}]
            properties:
              mode: {type: string, default: auto}
              mig: {type: object, properties: {strategy: {type: string, enum: [none, single, mixed]}}}
              replicas: {type: integer, minimum: 1}
              low: {type: integer, default: 1}
              high: {type: integer, default: 5}
          status: {type: object}
  - name: v1alpha1
    served: false
    storage: false
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`

// TestHazard60_CustomResourcesAreHeldAgainstTheirDefinition takes the definitions from the bundle and
// from its charts.
func TestHazard60_CustomResourcesAreHeldAgainstTheirDefinition(t *testing.T) {
	const crd, file, inChart = "crd.yaml", "own.yaml", "gpu-operator-pre/templates/policy.yaml"
	policy := func(spec string) string {
		return "apiVersion: example.com/v1\nkind: Policy\nmetadata: {name: a}\nspec: " + spec + "\n"
	}
	own := func(name, text, at, path, says string) defect {
		return defect{
			name: name, at: file + at, path: path, says: says,
			breakIt: all(add(crd, clusterPolicies), add(file, text), edit(listing, "resources:\n", "resources:\n- "+crd+"\n- "+file+"\n")),
		}
	}
	each(t, "custom-resource",
		own("an enum", policy("{mig: {strategy: singel}}"), ":4", "spec.mig.strategy", `"singel" is not one of the supported values: "none", "single", "mixed"`),
		own("a type", policy("{replicas: two}"), ":4", "spec.replicas", "integer, not string"),
		own("a bound", policy("{replicas: 0}"), ":4", "spec.replicas", "greater than or equal to 1"),
		own("a field", policy("{replica: 2}"), ":4", "spec.replica", `did you mean "replicas"?`),
		own("a rule that looks at a default", policy("{low: 6}"), ":4", "spec", "low must not be above high"),
		own("a version", strings.Replace(policy("{}"), "/v1", "/v1alpha1", 1), ":1", "apiVersion", "does not serve the version v1alpha1; it serves v1"),
		defect{
			name: "in a chart whose values say it", at: inChart + ":2", path: "spec.mig.strategy",
			says: `HelmRelease flux-system/gpu-operator-pre renders a Policy that the API server refuses: "singel" is not one of the supported values: "none", "single", "mixed" (from the value mig.strategy)`,
			breakIt: all(
				add("gpu-operator-pre/crds/policies.yaml", clusterPolicies),
				add(inChart, policy("\n  mig: {strategy: {{ .Values.mig.strategy }}}")),
				edit("gpu-operator-pre/helmrelease.yaml", "  values:\n", "  values:\n    mig: {strategy: singel}\n"),
			),
			options: verify.Options{Skip: []string{"values-unknown"}},
		},
	)
	for name, spec := range map[string]string{
		"defaults":        "{}",
		"a variable":      "{replicas: '${N}', low: 9, high: '${M}', mig: {strategy: '${S:=x}'}}",
		"everything good": "{mode: a, mig: {strategy: single}, replicas: 2, low: 1, high: 1}",
	} {
		t.Run(name, func(t *testing.T) {
			bundle := load(t, "git")
			own("", policy(spec), "", "", "").breakIt(t, bundle)
			passes(t, bundle, verify.Options{Skip: []string{"substitution"}})
		})
	}
}

// TestOneOfSeveralDefinitionsIsEnough proves that an object which one definition takes is not
// complained of: charts bring different versions of one.
func TestOneOfSeveralDefinitionsIsEnough(t *testing.T) {
	bundle := load(t, "git")
	all(
		add("crd.yaml", strings.Replace(clusterPolicies, "mixed]", "mixed, other]", 1)),
		add("gpu-operator-pre/crds/policies.yaml", clusterPolicies),
		add("own.yaml", "apiVersion: example.com/v1\nkind: Policy\nmetadata: {name: a}\nspec: {mig: {strategy: other}}\n"),
		edit(listing, "resources:\n", "resources:\n- crd.yaml\n- own.yaml\n"),
	)(t, bundle)
	for _, f := range verifyAll(t, bundle, verify.Options{}).Findings {
		if f.Check == "custom-resource" {
			t.Errorf("%s: %s", f.Place, f.Message)
		}
	}
}
