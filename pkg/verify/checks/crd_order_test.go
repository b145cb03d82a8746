package checks_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aicr-flux/aicr/pkg/verify"
)

const (
	policy = "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata:\n  name: p\n"
	widget = "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: w\n"
	crd    = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com
spec:
  group: example.com
  scope: Cluster
  names: {kind: Widget, listKind: WidgetList, plural: widgets, singular: widget}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`
	firstCR  = "gpu-operator-pre/templates/cr.yaml"
	secondCR = "second/templates/cr.yaml"
)

// free takes all dependencies of "second" away.
func free(mode string) func(*testing.T, fstest.MapFS) {
	return all(second(mode), edit("second/helmrelease.yaml", "  dependsOn:\n  - name: gpu-operator\n", ""))
}

// TestHazard29_ACustomResourceWaitsForItsDefinition in both modes, whether the definition is in the
// bundle or in a public chart.
func TestHazard29_ACustomResourceWaitsForItsDefinition(t *testing.T) {
	const missing = "Add {name: gpu-operator} to spec.dependsOn of HelmRelease flux-system/second."
	for _, mode := range []string{"git", "oci"} {
		each(t, "crd-order",
			defect{
				name: mode + " from a public chart", mode: mode, breakIt: all(free(mode), add(secondCR, policy)),
				at: "second/helmrelease.yaml:7", path: "spec.dependsOn",
				says: "ClusterPolicy.nvidia.com (second/templates/cr.yaml), whose definition comes with HelmRelease flux-system/gpu-operator, and does not wait",
			},
			defect{
				name: mode + " before its chart", mode: mode, breakIt: add(firstCR, policy),
				at: pre + ":24", says: "even waits for this one",
			},
			defect{
				name: mode + " from the templates of another", mode: mode, breakIt: all(free(mode), add(firstCR, crd), add(secondCR, widget)),
				at: "second/helmrelease.yaml:7", says: "Widget.example.com (second/templates/cr.yaml), whose definition comes with HelmRelease flux-system/gpu-operator-pre",
			},
			defect{
				name: mode + " from its own templates", mode: mode, breakIt: all(add(firstCR, widget), add("gpu-operator-pre/templates/crd.yaml", crd)),
				at: firstCR + ":2", says: "in the same templates",
			},
			defect{
				name: mode + " two kinds, one dependency", mode: mode,
				breakIt: all(free(mode), add(secondCR, policy+"---\n"+strings.Replace(policy, "ClusterPolicy", "NVIDIADriver", 1))),
				at:      "second/helmrelease.yaml:7", says: "ClusterPolicy.nvidia.com (second/templates/cr.yaml) and NVIDIADriver.nvidia.com",
			},
		)
		for name, right := range map[string]func(*testing.T, fstest.MapFS){
			"after a public chart":    all(second(mode), add(secondCR, policy)),
			"after a local chart":     all(second(mode), add(firstCR, crd), add(secondCR, widget)),
			"a hook":                  add(firstCR, crd+"---\n"+widget+"  annotations:\n    helm.sh/hook: post-install\n"),
			"of the bundle's objects": all(add(firstCR, widget), add("crd.yaml", crd), edit(listing, "- cert-manager/", "- crd.yaml\n- cert-manager/")),
			"built in":                add(firstCR, "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\nspec:\n  podSelector: {}\n"),
		} {
			t.Run(mode+" right "+name, func(t *testing.T) {
				bundle := load(t, mode)
				right(t, bundle)
				if report := passes(t, bundle, verify.Options{}); strings.Contains(list(report), "crd-order") {
					t.Error(list(report))
				}
			})
		}
	}
	bundle := load(t, "git")
	all(free("git"), add(secondCR, policy))(t, bundle)
	if f := verifyAll(t, bundle, verify.Options{}).Findings; len(f) != 1 || f[0].Remedy != missing {
		t.Errorf("%v, want the remedy %q", f, missing)
	}
}

func TestCRDsInCrdsDirectory(t *testing.T) {
	bundle := load(t, "git")
	all(add(firstCR, widget), add("gpu-operator-pre/crds/widget.yaml", crd))(t, bundle)
	passes(t, bundle, verify.Options{})
	each(t, "crd-order", defect{
		name:    "that nobody applies",
		breakIt: all(free("git"), edit(pre, "    createNamespace: true\n    crds: CreateReplace", "    createNamespace: true\n    crds: Skip"), add("second/crds/widget.yaml", crd), add(firstCR, widget)),
		at:      pre + ":24", says: "comes with HelmRelease flux-system/second",
	})
}

func TestCRDsThatTheClusterMustHave(t *testing.T) {
	bundle := load(t, "git")
	add(firstCR, widget)(t, bundle)
	if report := passes(t, bundle, verify.Options{}); !strings.Contains(list(report), "definition of Widget.example.com, which HelmRelease flux-system/gpu-operator-pre needs") {
		t.Error(list(report))
	}
}

// A value can keep a public chart from bringing its definitions.
func TestCRDsThatAreSwitchedOff(t *testing.T) {
	bundle := load(t, "git")
	all(add(firstCR, "apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata:\n  name: i\nspec:\n  selfSigned: {}\n"), edit(certManager, "enabled: true", "enabled: false"))(t, bundle)
	if report := passes(t, bundle, verify.Options{}); !strings.Contains(list(report), "the definition of Issuer.cert-manager.io") {
		t.Error(list(report))
	}
}

func TestOwnCustomResources(t *testing.T) {
	listed := edit(listing, "- cert-manager/", "- policy.yaml\n- cert-manager/")
	each(t, "crd-order",
		defect{
			name: "of a chart", breakIt: all(add("policy.yaml", policy+"spec: {}\n"), listed),
			at: "policy.yaml:1", says: "not even that release",
		},
		defect{
			name: "two of a chart", breakIt: all(add("policy.yaml", policy+"---\n"+strings.Replace(policy, "ClusterPolicy", "NVIDIADriver", 1)), listed),
			at: "policy.yaml:1", says: "HelmRelease flux-system/gpu-operator, as does that of 1 more object",
		},
	)
}

// OLM installs at its own pace: a release that waits for the Subscription may come too early, and
// a release that does not wait is wrong.
func TestCRDsOfSubscriptions(t *testing.T) {
	nic := strings.NewReplacer("nvidia.com/v1", "mellanox.com/v1alpha1", "ClusterPolicy", "NicClusterPolicy").Replace(policy)
	subscription := add(firstCR, "apiVersion: operators.coreos.com/v1alpha1\nkind: Subscription\nmetadata:\n  name: s\nspec:\n  name: nvidia-network-operator\n")
	each(t, "crd-order", defect{
		name: "not waited for", breakIt: all(free("git"), subscription, add(secondCR, nic)),
		at: "second/helmrelease.yaml:7", says: "comes with HelmRelease flux-system/gpu-operator-pre",
	})
	bundle := load(t, "git")
	all(second("git"), subscription, add(secondCR, nic))(t, bundle)
	if report := passes(t, bundle, verify.Options{}); !strings.Contains(list(report), "OLM brings the definition of NicClusterPolicy.mellanox.com some time after HelmRelease flux-system/gpu-operator-pre is ready") {
		t.Error(list(report))
	}
}

// What a vendored chart brings is read from the chart: also what no table knows.
func TestCRDsOfVendoredCharts(t *testing.T) {
	const values = "driver: {version: \"570.26\"}"
	for where, file := range map[string]string{"crds": "crds/widget.yaml", "templates": "templates/widget.yaml"} {
		brings := withUpstream(changed(file, crd), values)
		each(t, "crd-order", defect{
			name: where + " not waited for", breakIt: all(brings, free("git"), add(secondCR, widget)),
			at: "second/helmrelease.yaml:7", says: "whose definition comes with HelmRelease flux-system/gpu-operator, and does not wait",
		})
		t.Run(where+" waited for", func(t *testing.T) {
			bundle := load(t, "git")
			all(brings, second("git"), add(secondCR, widget))(t, bundle)
			if report := passes(t, bundle, verify.Options{}); strings.Contains(list(report), "crd-order") {
				t.Error(list(report))
			}
		})
	}
	each(t, "crd-order", defect{
		name: "both in its templates", breakIt: withUpstream(changed("templates/widget.yaml", crd+"---\n"+widget), values),
		at: upstreamName, says: "in the same templates",
	})
	t.Run("which no longer has it", func(t *testing.T) {
		bundle := load(t, "git")
		all(withUpstream(upstream(), values), free("git"), add(secondCR, policy))(t, bundle)
		if report := passes(t, bundle, verify.Options{}); !strings.Contains(list(report), "the definition of ClusterPolicy.nvidia.com") {
			t.Error(list(report))
		}
	})
}
