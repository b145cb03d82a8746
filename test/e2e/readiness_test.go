package e2e_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"github.com/fluxcd/pkg/apis/meta"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apimeta "k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/corpus"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// seconds is how soon something follows that waits for nothing else: much less than a timeout.
const seconds = 30 * time.Second

// Three components whose objects say when they are ready: of the chart, of a hook of Helm as AICR has
// it, and of a manifest after the chart. One more component depends on each.
const gatedRecipe = `apiVersion: aicr.run/v1
kind: RecipeResult
componentRefs:
  - {name: gpu-operator, namespace: gpu-operator, type: Helm, source: %[1]s, version: 1.0.0}
  - {name: after-chart, namespace: after, type: Helm, source: %[1]s, version: 1.0.0, dependencyRefs: [gpu-operator]}
  - {name: network-operator, namespace: network-operator, type: Helm, source: %[1]s, version: 1.0.0, manifestFiles: [components/network-operator/manifests/nic-cluster-policy-aks.yaml]}
  - {name: after-hook, namespace: after, type: Helm, source: %[1]s, version: 1.0.0, dependencyRefs: [network-operator]}
  - {name: fabric, namespace: fabric, type: Helm, source: %[1]s, version: 1.0.0, manifestFiles: [components/fabric/fabric.yaml]}
  - {name: after-manifest, namespace: after, type: Helm, source: %[1]s, version: 1.0.0, dependencyRefs: [fabric]}
deploymentOrder: [gpu-operator, after-chart, network-operator, after-hook, fabric, after-manifest]
`

// gate is an object that says of a release that it is ready.
type gate struct {
	release, before string
	kind            schema.GroupVersionKind
	name            string
	scope           apiextensions.ResourceScope
}

func gates() []gate {
	return []gate{
		{"gpu-operator", "after-chart", schema.FromAPIVersionAndKind("nvidia.com/v1", "ClusterPolicy"), "cluster-policy", apiextensions.ClusterScoped},
		{"network-operator-post", "after-hook", schema.FromAPIVersionAndKind("mellanox.com/v1alpha1", "NicClusterPolicy"), "nic-cluster-policy", apiextensions.ClusterScoped},
		{"fabric-post", "after-manifest", schema.FromAPIVersionAndKind("example.com/v1", "Fabric"), "fabric", apiextensions.NamespaceScoped},
	}
}

// A release is ready, and lets go what depends on it, as soon as its objects say so, and not before;
// one of which they say that it will never be fails at once.
func TestReadiness(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]struct {
		cluster cluster.Options
		events  bool
	}{
		"polled": {cluster.Options{RequeueDependency: 5 * time.Second}, false},
		// Here nothing but the events makes releases go on.
		"events": {cluster.Options{ReceiverPort: receiver, RequeueDependency: time.Hour}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := scenario.New(t, scenario.Options{Cluster: o.cluster})
			g := gated{s}
			b := g.bundle(o.events)
			s.Applied(s.Deliver(b))

			first := gates()[0]
			g.says(first, "disabled")
			g.fails(first)
			s.Checked("an object that will never be ready fails its release at once")
			for _, gate := range gates() {
				g.says(gate, "notReady")
				g.holds(gate)
			}
			if !o.events { // else nobody looks
				for range 3 { // helm-controller asks for the objects every 5 seconds
					g.LookedAt(first.before)
				}
			}
			for _, gate := range gates() {
				g.holds(gate)
				if revision := g.Revisions()[gate.before]; revision != 0 {
					s.Errorf("%s is installed before %s is ready", gate.before, gate.release)
				}
			}
			s.Checked("objects of a chart, of a hook and of a manifest hold back what depends on them, which says so")
			for _, gate := range gates() {
				g.says(gate, "ready")
				s.Within(seconds, "release "+gate.before, &helmv2.HelmReleaseList{}, ready(gate.release, gate.before))
			}
			s.Checked("once they are ready, what depends on them goes on")
			s.ReleasesReady(b.Releases()...)
			s.InOrder(b)

			hook := gates()[1]
			old := g.object(hook).GetUID()
			before := s.Revisions()
			g.upgrade(hook.release)
			s.Until("a new hook", list(hook.kind), func(objects scenario.Objects) string {
				if object := objects[hook.name]; object == nil || object.GetUID() == old {
					return "it is the old one"
				}
				return ""
			})
			g.waits(hook)
			g.says(hook, "ready")
			s.Within(seconds, "release "+hook.release, &helmv2.HelmReleaseList{}, func(objects scenario.Objects) string {
				// The history is stored after the condition.
				release, _ := objects[hook.release].(*helmv2.HelmRelease)
				if release == nil || release.Status.History.Latest().Version == before[hook.release] {
					return "the upgrade is not stored"
				}
				return ready(hook.release)(objects)
			})
			s.Upgraded(before, hook.release)
			s.Checked("a hook is made anew by an upgrade, which waits for it again")
		})
	}
}

// gated is a scenario with gates.
type gated struct{ *scenario.S }

func (g gated) bundle(events bool) *scenario.Bundle {
	g.Helper()
	data := g.Dir("recipe")
	file := func(name, content string) {
		err := os.MkdirAll(data+"/components/fabric", 0o755)
		if err == nil {
			err = os.WriteFile(data+"/"+name, []byte(content), 0o600)
		}
		if err != nil {
			g.Fatal(err)
		}
	}
	file("recipe.yaml", fmt.Sprintf(gatedRecipe, source))
	file("components/fabric/fabric.yaml", "apiVersion: example.com/v1\nkind: Fabric\nmetadata: {name: fabric}\n")
	policy := gates()[0]
	g.Charts.Add(source, scenario.Chart{
		Name: policy.release, Version: "1.0.0", Instant: true,
		CRDs:  []*apiextensions.CustomResourceDefinition{cluster.AnyCRD(policy.kind, policy.scope)},
		Files: map[string]string{"templates/policy.yaml": "apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: cluster-policy}\n"},
	})
	g.Charts.Add(source, scenario.Chart{
		Name: "network-operator", Version: "1.0.0", Instant: true,
		CRDs: []*apiextensions.CustomResourceDefinition{cluster.AnyCRD(gates()[1].kind, gates()[1].scope)},
	})
	recipes := corpus.Recipes1x(g.T)
	o := aicr.BundleOptions{Recipe: data + "/recipe.yaml", Data: []string{data, recipes[0].Data}}
	o.Ordering, o.EventDriven = "graph", events
	o.Readiness = true
	o.Ready = []deployer.ReadyExpression{{Component: "fabric", APIVersion: "example.com/v1", Kind: "Fabric", Expression: "status.state == 'ready'"}}
	o.ReadyFailed = []deployer.ReadyExpression{{Component: policy.release, APIVersion: "nvidia.com/v1", Kind: policy.kind.Kind, Expression: "status.state == 'disabled'"}}
	o.Settings.RetryInterval = 5 * time.Second
	return g.BundleWith(o, scenario.Chart{Instant: true})
}

// says gives the object of a gate that state, as its operator would.
func (g gated) says(gate gate, state string) {
	g.Helper()
	g.Until("object "+gate.name, list(gate.kind), func(objects scenario.Objects) string {
		object := objects[gate.name]
		if object == nil {
			return "it is not there"
		}
		patch := fmt.Sprintf(`{"status": {"state": %q}}`, state)
		if err := g.Client.Status().Patch(g.Context(), object, client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
			return err.Error()
		}
		return ""
	}, client.InNamespace(""))
}

// object reads the object of a gate.
func (g gated) object(gate gate) client.Object {
	g.Helper()
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(gate.kind)
	if err := g.Client.Get(g.Context(), client.ObjectKey{Name: gate.name}, object); err != nil {
		g.Fatal(err)
	}
	return object
}

// fails waits until the release of a gate has failed, and says that it is its object.
func (g gated) fails(gate gate) {
	g.Helper()
	g.Within(seconds, "release "+gate.release, &helmv2.HelmReleaseList{}, func(objects scenario.Objects) string {
		release, _ := objects[gate.release].(*helmv2.HelmRelease)
		if release == nil {
			return "it is not there"
		}
		released := apimeta.FindStatusCondition(release.Status.Conditions, helmv2.ReleasedCondition)
		if released == nil || released.Reason != helmv2.InstallFailedReason && released.Reason != helmv2.UpgradeFailedReason {
			return fmt.Sprintf("it has not failed: %v", released)
		}
		if !strings.Contains(released.Message, gate.kind.Kind) {
			return "it does not name the object: " + released.Message
		}
		g.Log(released.Message)
		return ""
	})
}

// waits waits until the release of a gate has installed or upgraded, and waits for its object.
func (g gated) waits(gate gate) {
	g.Helper()
	g.Until("release "+gate.release, &helmv2.HelmReleaseList{}, func(objects scenario.Objects) string {
		release, _ := objects[gate.release].(*helmv2.HelmRelease)
		if release == nil {
			return "it is not there"
		}
		ready := apimeta.FindStatusCondition(release.Status.Conditions, meta.ReadyCondition)
		if ready != nil && ready.Status == "True" {
			g.Fatalf("release %s does not wait: %s", gate.release, ready.Message)
		}
		if ready == nil || ready.Status != "Unknown" || ready.Reason != meta.ProgressingReason {
			return fmt.Sprintf("it does not wait: %v", ready)
		}
		return ""
	})
}

// holds waits until the release of a gate waits, and what depends on it says so.
func (g gated) holds(gate gate) {
	g.Helper()
	g.waits(gate)
	g.Until("release "+gate.before, &helmv2.HelmReleaseList{}, func(objects scenario.Objects) string {
		release, _ := objects[gate.before].(*helmv2.HelmRelease)
		if release == nil {
			return "it is not there"
		}
		ready := apimeta.FindStatusCondition(release.Status.Conditions, meta.ReadyCondition)
		if ready == nil || ready.Reason != meta.DependencyNotReadyReason || !strings.Contains(ready.Message, gate.release) {
			return fmt.Sprintf("it does not say that it waits for %s: %v", gate.release, ready)
		}
		return ""
	})
}

// upgrade has helm-controller upgrade a release that did not change, as "flux reconcile helmrelease
// --force" does.
func (g gated) upgrade(name string) {
	g.Helper()
	release := g.Releases()[name]
	now := time.Now().Format(time.RFC3339Nano)
	patch := fmt.Sprintf(`{"metadata": {"annotations": {%q: %q, %q: %q}}}`, meta.ReconcileRequestAnnotation, now, helmv2.ForceRequestAnnotation, now)
	if err := g.Client.Patch(g.Context(), release, client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
		g.Fatal(err)
	}
}

// list is for objects of a kind.
func list(kind schema.GroupVersionKind) client.ObjectList {
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
	return list
}

// ready says what of the releases is not ready.
func ready(names ...string) func(scenario.Objects) string {
	return func(objects scenario.Objects) string {
		for _, name := range names {
			release, _ := objects[name].(*helmv2.HelmRelease)
			if release == nil || !apimeta.IsStatusConditionTrue(release.Status.Conditions, meta.ReadyCondition) {
				return name + " is not ready"
			}
		}
		return ""
	}
}
