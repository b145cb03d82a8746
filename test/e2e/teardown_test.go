package e2e_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/aicr-flux/aicr/pkg/aicr"
	"github.com/aicr-flux/aicr/pkg/deployer"
	"github.com/aicr-flux/aicr/test/e2e/cluster"
	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

// A bundle with an operator, whose custom resource only the running operator lets go, is removed
// without a rest in the order that its README says.
func TestHazard83_Teardown(t *testing.T) {
	s, b := operated(t)
	var kustomization *unstructured.Unstructured
	objects := s.Objects(b.Options.Sync.File)
	for _, object := range objects {
		if object.GetKind() == "Kustomization" {
			kustomization = object
		}
	}
	s.Suspend(kustomization)
	readme, err := os.ReadFile(s.Git.Path(scenario.BundlePath + "/README.md"))
	if err != nil {
		t.Fatal(err)
	}
	order := strings.Fields(regexp.MustCompile(`for release in (.*); do`).FindStringSubmatch(string(readme))[1])
	if want := b.Releases(); len(order) != len(want) {
		t.Fatalf("the README removes %v, the bundle has %v", order, want)
	}
	for _, name := range order {
		s.Delete(&helmv2.HelmRelease{ObjectMeta: metav1.ObjectMeta{Namespace: s.Namespace, Name: name}})
		s.Uninstalled(name)
	}
	s.Checked("%s uninstalled in the order of the README, each when the one before was gone", strings.Join(order, ", "))
	for _, object := range s.Read(b).Objects { // kubectl delete -k . --ignore-not-found
		s.Delete(&unstructured.Unstructured{Object: object.Content})
	}
	for _, object := range objects { // kubectl delete -f FILE
		s.Delete(object)
	}
	for _, object := range objects {
		s.Gone(object)
	}
	for _, object := range s.Read(b).Objects {
		s.Gone(&unstructured.Unstructured{Object: object.Content})
	}
	left(s)
	s.Checked("nothing is left but namespaces and the CRD")
}

// Plain pruning gets stuck at the same bundle: the operator goes at once, and its custom resource
// stays for ever. It shows that the scenario above can fail, and what it costs to skip the order.
func TestHazard83_PruningGetsStuck(t *testing.T) {
	s, b := operated(t)
	for _, object := range s.Objects(b.Options.Sync.File) {
		if object.GetKind() == "Kustomization" {
			s.Delete(object)
		}
	}
	s.Uninstalled("operator", "app", "base")
	s.Gone(&appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "operator", Name: "operator"}})
	stuck := widget()
	if !s.There(stuck, "operator", "widget") || stuck.GetDeletionTimestamp() == nil {
		t.Fatal("the custom resource is not stuck without its operator")
	}
	if s.Releases()["operator-post"] == nil {
		t.Fatal("the release of the custom resource is gone, and the resource is not")
	}
	s.Checked("pruned, the operator goes before its custom resource, which stays with its release")
	release(t.Context(), s, stuck)
	s.Uninstalled("operator-post")
	s.Until("the Kustomization", &kustomizev1.KustomizationList{}, func(objects scenario.Objects) string {
		if len(objects) > 0 {
			return "it is there"
		}
		return ""
	})
	s.Checked("taking the finalizer away by hand ends it")
}

// operated brings a bundle with an operator into a cluster, and plays the operator.
func operated(t *testing.T) (*scenario.S, *scenario.Bundle) {
	t.Helper()
	s := scenario.New(t, scenario.Options{Cluster: cluster.Options{RequeueDependency: 2 * time.Second}})
	s.Charts.Add(scenario.ChartSource, scenario.Chart{Name: "operator", Version: "1.0.0", CRDs: []*apiextensions.CustomResourceDefinition{widgets("v1")}})
	b := s.Bundle(aicr.BundleOptions{
		Recipe: s.Recipe(`{name: base, namespace: base, $charts, version: 1.0.0, overrides: {port: 1}}
			{name: operator, namespace: operator, $charts, version: 1.0.0, dependencyRefs: [base], manifestFiles: [widget.yaml]}
			{name: app, namespace: app, $charts, version: 1.0.0, dependencyRefs: [operator]}`, map[string]string{
			"widget.yaml": "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: widget, finalizers: [example.com/operator]}\n",
		}),
		DynamicValues: map[string][]string{"base": {"port"}},
		Options:       deployer.Options{Ordering: "graph"},
	})
	s.Rollout(b)
	go operate(t.Context(), s)
	return s, b
}

// drain is how long the operator is at it before it lets a custom resource go, as one that drains
// nodes is.
const drain = 10 * time.Second

// operate is the operator: as long as its Deployment is there, it takes its finalizer off custom
// resources that are to go.
func operate(ctx context.Context, s *scenario.S) {
	tick := time.NewTicker(drain)
	defer tick.Stop()
	for drained := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		one, deployment := widget(), &appsv1.Deployment{}
		if s.Client.Get(ctx, client.ObjectKey{Namespace: "operator", Name: "operator"}, deployment) != nil ||
			s.Client.Get(ctx, client.ObjectKey{Namespace: "operator", Name: "widget"}, one) != nil || one.GetDeletionTimestamp() == nil {
			continue
		}
		if drained {
			release(ctx, s, one)
		}
		drained = true
	}
}

// release takes the finalizers off an object.
func release(ctx context.Context, s *scenario.S, object client.Object) {
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))
	if err := s.Client.Patch(ctx, object, patch); err != nil {
		s.Errorf("the finalizer of %s: %v", object.GetName(), err)
	}
}

func widget() *unstructured.Unstructured {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(schema.GroupVersionKind{Group: "example.com", Version: "v1", Kind: "Widget"})
	return object
}

// left fails the scenario where anything but what the README says is left of operated's bundle.
func left(s *scenario.S) {
	s.Helper()
	for _, kind := range []string{"v1/ConfigMap", "v1/Secret", "apps/v1/Deployment", "example.com/v1/Widget"} {
		group, name := kind[:strings.LastIndex(kind, "/")], kind[strings.LastIndex(kind, "/")+1:]
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(schema.FromAPIVersionAndKind(group, name+"List"))
		if err := s.Client.List(s.Context(), list); err != nil {
			s.Fatal(err)
		}
		for i := range list.Items {
			object := &list.Items[i]
			ours := slices.Contains([]string{"base", "operator", "app", s.Namespace}, object.GetNamespace())
			if ours && object.GetName() != "kube-root-ca.crt" && object.GetName() != scenario.CASecret {
				s.Errorf("%s %s/%s is left", name, object.GetNamespace(), object.GetName())
			}
		}
	}
	for _, name := range []string{"base", "operator", "app"} {
		var ns corev1.Namespace
		if !s.There(&ns, "", name) || ns.Status.Phase != corev1.NamespaceActive {
			s.Errorf("namespace %s did not stay", name)
		}
	}
	if !s.There(&apiextensions.CustomResourceDefinition{}, "", "widgets.example.com") {
		s.Error("the CRD did not stay")
	}
}
