package kubeapi_test

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/client-go/kubernetes/scheme"

	"github.com/aicr-flux/aicr/internal/kubeapi"
	"github.com/aicr-flux/aicr/internal/kubeschema"
)

func kindOf(apiVersion, kind string) kubeapi.Kind { return kubeschema.KindOf(apiVersion, kind) }

// TestEverySchemaIsBuilt reads all that is embedded, of all versions.
func TestEverySchemaIsBuilt(t *testing.T) {
	if n := len(kubeapi.Versions()); n != 3 {
		t.Fatalf("%d versions of Kubernetes are known, want 3", n)
	}
	for _, version := range kubeapi.Versions() {
		count := 0
		for gvk := range scheme.Scheme.AllKnownTypes() {
			kind := kindOf(gvk.GroupVersion().String(), gvk.Kind)
			resource := kubeapi.Find(version, kind)
			if resource == nil {
				continue
			}
			count++
			object := map[string]any{"apiVersion": kind.APIVersion(), "kind": kind.Kind, "metadata": map[string]any{"name": "a"}}
			if _, err := resource.Problems(t.Context(), object, false); err != nil {
				t.Errorf("Kubernetes %s: %s: %v", version, kind, err)
			}
		}
		if count < 60 {
			t.Errorf("Kubernetes %s has %d kinds", version, count)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		version, apiVersion, kind string
		served, namespaced        bool
	}{
		{"1.36", "apps/v1", "Deployment", true, true},
		{"1.36", "v1", "Namespace", true, false},
		{"1.36", "apps/v1beta1", "Deployment", false, false},
		{"1.37", "storage.k8s.io/v1beta1", "VolumeAttributesClass", false, false},
		{"1.35", "storage.k8s.io/v1", "VolumeAttributesClass", true, false},
		{"1.30", "v1", "Pod", false, false},
	} {
		found := kubeapi.Find(c.version, kindOf(c.apiVersion, c.kind))
		if (found != nil) != c.served || found != nil && found.Namespaced != c.namespaced {
			t.Errorf("Kubernetes %s, %s %s: got %+v", c.version, c.apiVersion, c.kind, found)
		}
	}
}

func TestAPIVersions(t *testing.T) {
	all := kubeapi.APIVersions("1.36")
	for name, has := range map[string]bool{
		"v1": true, "v1/Pod": true, "apps/v1/Deployment": true, "apps/v1": true,
		"policy/v1beta1": false, "resource.k8s.io/v1beta1": false, "resource.k8s.io/v1/ResourceClaim": true,
	} {
		if slices.Contains(all, name) != has {
			t.Errorf("%s: want %t", name, has)
		}
	}
}

func TestRelease(t *testing.T) {
	for given, want := range map[string][2]string{
		"1.36": {"v1.36.", "1.36"}, "v1.36": {"v1.36.", "1.36"}, "v1.36.2": {"v1.36.2", "1.36"}, "1.36.2-gke.1": {"v1.36.2-gke.1", "1.36"}, "v1.36.2+k3s1": {"v1.36.2+k3s1", "1.36"},
	} {
		release, version, ok := kubeapi.Release(given)
		if !ok || !strings.HasPrefix(release, want[0]) || version != want[1] {
			t.Errorf("%s: got %s, %s, %t", given, release, version, ok)
		}
	}
	for _, given := range []string{"", "1", "1.2", "newest", "2.36.0"} {
		if _, _, ok := kubeapi.Release(given); ok {
			t.Errorf("%q is taken for a version", given)
		}
	}
}

func TestLifeCycle(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{kubeapi.Gone("1.36", kindOf("policy/v1beta1", "PodDisruptionBudget")), "Kubernetes serves no PodDisruptionBudget in policy/v1beta1 since 1.25; it has policy/v1 PodDisruptionBudget"},
		{kubeapi.Gone("1.36", kindOf("apps/v2", "Deployment")), "Kubernetes 1.36 has no Deployment in apps/v2; it has apps/v1 Deployment"},
		{kubeapi.Gone("1.36", kindOf("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema")), "Kubernetes serves no FlowSchema in flowcontrol.apiserver.k8s.io/v1beta1 since 1.26; it has flowcontrol.apiserver.k8s.io/v1 FlowSchema"},
		{kubeapi.Deprecated("1.37", kindOf("apps/v1", "Deployment")), ""},
	} {
		if c.got != c.want {
			t.Errorf("got  %s\nwant %s", c.got, c.want)
		}
	}
}
