package flux_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/runtime/cel"
	celtypes "github.com/google/cel-go/common/types"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/aicr-flux/aicr/pkg/deployer/flux"
)

// eventDriven has a release that waits for one, and one that waits for nothing.
func eventDriven() *flux.Generator {
	g := inGraph(newGenerator(chartRef("a"), chartRef("b", "a"), chartRef("c")))
	g.EventDriven = true
	return g
}

// The objects are of the kinds that the controllers read, and fit together.
func TestReleasesWakeEachOther(t *testing.T) {
	for mode, g := range map[string]*flux.Generator{"Git": eventDriven(), "OCI": inOCI(eventDriven())} {
		plan, fsys, report := proved(t, g)
		wake := plan.Releases[0].Name
		if len(report.Charts) != 1 || !strings.HasPrefix(wake, "aicr-wake-") || len(report.Charts[0].Manifests) != 4 {
			t.Fatalf("%s: %s is %+v", mode, wake, report.Charts)
		}
		var secret corev1.Secret
		var receiver notificationv1.Receiver
		var provider notificationv1beta3.Provider
		var alert notificationv1beta3.Alert
		for i, object := range []any{&secret, &receiver, &provider, &alert} {
			if err := yaml.UnmarshalStrict(report.Charts[0].Manifests[i].JSON, object); err != nil {
				t.Fatalf("%s: %v", mode, err)
			}
		}
		token := secret.StringData["token"]
		digest := sha256.Sum256([]byte(token + wake + "flux-system"))
		if want := "http://localhost:9292/hook/" + hex.EncodeToString(digest[:]); len(token) < 40 || provider.Spec.Address != want || receiver.GetWebhookPath(token) != strings.TrimPrefix(want, "http://localhost:9292") {
			t.Errorf("%s: the events go to %s, and the Receiver listens at %s", mode, provider.Spec.Address, receiver.GetWebhookPath(token))
		}
		if alert.Spec.ProviderRef.Name != provider.Name || receiver.Spec.SecretRef.Name != secret.Name {
			t.Errorf("%s: %+v and %+v refer to others", mode, alert.Spec, receiver.Spec)
		}
		woken := map[string][]string{}
		for _, r := range plan.Releases {
			for _, other := range plan.Releases {
				hr := helmRelease(t, fsys, r.Name)
				if labelled(receiver, hr) && filtered(t, receiver.Spec.ResourceFilter, hr, other.Name) {
					woken[r.Name] = append(woken[r.Name], other.Name)
				}
			}
		}
		if diff := cmp.Diff(map[string][]string{"b": {wake, "a"}}, woken); diff != "" {
			t.Errorf("%s: who wakes whom (-want +got)\n%s", mode, diff)
		}
		for _, r := range plan.Releases {
			if sends := helmRelease(t, fsys, r.Name).GetTest(); sends.Enable != slices.Contains([]string{wake, "a"}, r.Name) || sends.Enable && (len(*sends.Filters) != 1 || (*sends.Filters)[0].Exclude) {
				t.Errorf("%s: release %s: %+v", mode, r.Name, sends)
			}
		}
		// The event comes before Ready is written, and after Released.
		b, a := built(t, fsys, "b"), built(t, fsys, "a")
		a.Generation = 1
		a.Status.Conditions = append(a.Status.Conditions, condition(helmv2.ReleasedCondition, "True"), condition("Ready", "Unknown"))
		if !evaluate(t, b, a) {
			t.Errorf("%s: b does not go on when a is stored as released", mode)
		}
		a.Status.Conditions[0].Status = "False"
		if evaluate(t, b, a) {
			t.Errorf("%s: b goes on though a failed", mode)
		}
	}
}

// Two bundles in a cluster do not own the same release; a switch of what does not move the bundle
// keeps it.
func TestTheWakeReleaseIsOneABundle(t *testing.T) {
	name := func(change func(*flux.Generator)) string {
		g := eventDriven()
		change(g)
		return mustPlan(t, g).Releases[0].Name
	}
	one := name(func(g *flux.Generator) { g.RepoPath = "bundles/a" })
	if name(func(g *flux.Generator) { g.RepoPath = "bundles/b" }) == one || name(func(g *flux.Generator) { *g = *inOCI(g) }) == one {
		t.Error("bundles in two places have the same")
	}
	if name(func(g *flux.Generator) { g.RepoPath, g.Ordering = "bundles/a", flux.OrderChain }) != one {
		t.Error("another order has another")
	}
}

func TestWithoutEventsNothingIsMarked(t *testing.T) {
	g := eventDriven()
	g.EventDriven = false
	_, fsys := render(t, g)
	for file, f := range fsys {
		if text := string(f.Data); strings.Contains(text, "aicr.run/wake") || strings.Contains(text, "aicr.run/after") || strings.Contains(text, "\n  test:") {
			t.Errorf("%s has marks\n%s", file, text)
		}
	}
}

func labelled(receiver notificationv1.Receiver, hr *helmv2.HelmRelease) bool {
	for label, value := range receiver.Spec.Resources[0].MatchLabels {
		if hr.Labels[label] != value {
			return false
		}
	}
	return true
}

// filtered does as notification-controller with the event of a release.
func filtered(t *testing.T, filter string, hr *helmv2.HelmRelease, of string) bool {
	t.Helper()
	expr, err := cel.NewExpression(filter, cel.WithCompile(), cel.WithOutputType(celtypes.BoolType), cel.WithStructVariables("res", "req"))
	if err != nil {
		t.Fatal(err)
	}
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(hr)
	if err != nil {
		t.Fatal(err)
	}
	var event map[string]any
	if err := json.Unmarshal([]byte(`{"involvedObject": {"kind": "HelmRelease", "name": "`+of+`"}}`), &event); err != nil {
		t.Fatal(err)
	}
	ok, err := expr.EvaluateBoolean(t.Context(), map[string]any{"res": object, "req": event})
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func condition(kind string, status metav1.ConditionStatus) metav1.Condition {
	return metav1.Condition{Type: kind, Status: status, ObservedGeneration: 1}
}
